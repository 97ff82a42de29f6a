"""The state of the state bucket is found by what it holds, and there is never a second one."""

import json
from pathlib import Path

import pytest

from stacks.bucket_state import find_bucket_state
from stacks.config import ConfigError, load

ACCOUNT, OTHER_ACCOUNT = "111111111111", "222222222222"


def keep(folder: Path, name: str, bucket: str) -> None:
    """Write the state of a state bucket, or an empty state if `bucket` is empty."""
    resource = {"type": "aws_s3_bucket", "name": "state_bucket", "instances": [{"attributes": {"bucket": bucket}}]}
    (folder / name).write_text(json.dumps({"version": 4, "resources": [resource] if bucket else []}))


def find(folder: Path, bucket: str, *accounts: str) -> str:
    return find_bucket_state(load({"state_bucket": bucket, "allowed_account_ids": list(accounts)}, {}), folder)


@pytest.mark.parametrize(
    ("accounts", "name"),
    [
        ([], "terraform.StateBackend.acme.tfstate"),
        ([ACCOUNT], f"terraform.StateBackend.{ACCOUNT}.acme.tfstate"),
        ([ACCOUNT, OTHER_ACCOUNT], "terraform.StateBackend.acme.tfstate"),
    ],
)
def test_the_file_is_named_by_bucket_and_account(tmp_path: Path, accounts: list[str], name: str) -> None:
    """Before the first deploy and after it; the account is named if there is one alone."""
    assert find(tmp_path, "acme", *accounts) == name
    keep(tmp_path, name, "acme")
    assert find(tmp_path, "acme", *accounts) == name


def test_an_environment_without_account_finds_the_same_state(tmp_path: Path) -> None:
    """One bucket keeps the states of environments with and without `allowed_account_ids`."""
    keep(tmp_path, f"terraform.StateBackend.{ACCOUNT}.acme.tfstate", "acme")
    assert find(tmp_path, "acme") == f"terraform.StateBackend.{ACCOUNT}.acme.tfstate"


def test_two_accounts_have_a_bucket_each(tmp_path: Path) -> None:
    """The other account's state is left alone."""
    keep(tmp_path, f"terraform.StateBackend.{ACCOUNT}.acme.tfstate", "acme")
    assert find(tmp_path, "acme-2", OTHER_ACCOUNT) == f"terraform.StateBackend.{OTHER_ACCOUNT}.acme-2.tfstate"


def test_an_empty_state_is_none(tmp_path: Path) -> None:
    """Terraform leaves an empty state when the bucket is destroyed."""
    keep(tmp_path, "terraform.StateBackend.tfstate", "")
    (tmp_path / "terraform.StateBackend.acme.tfstate").touch()
    assert find(tmp_path, "acme") == "terraform.StateBackend.acme.tfstate"


HOLDS = "{name} holds the state of the bucket {held!r}"
RENAME = HOLDS + ": rename it to {remedy}"
SET = (
    HOLDS + ", and state_bucket is 'acme': set STATE_BUCKET={remedy} or state_bucket in cdktf.json's context; a bucket "
    "of another account needs allowed_account_ids for both"
)


@pytest.mark.parametrize(
    ("name", "held", "accounts", "sentence", "remedy"),
    [
        ("terraform.StateBackend.tfstate", "acme", [], RENAME, "terraform.StateBackend.acme.tfstate"),
        (
            "terraform.StateBackend.acme.tfstate",
            "acme",
            [ACCOUNT],
            RENAME,
            f"terraform.StateBackend.{ACCOUNT}.acme.tfstate",
        ),
        ("terraform.StateBackend.tfstate", "zeta", [], SET, "zeta"),
        ("terraform.StateBackend.acme.tfstate", "zeta", [], SET, "zeta"),
        (f"terraform.StateBackend.{ACCOUNT}.zeta.tfstate", "zeta", [], SET, "zeta"),
        (f"terraform.StateBackend.{ACCOUNT}.zeta.tfstate", "zeta", [ACCOUNT], SET, "zeta"),
    ],
)
def test_a_second_state_is_refused(
    tmp_path: Path, name: str, held: str, accounts: list[str], sentence: str, remedy: str
) -> None:
    """A forgotten variable, an older version's name and a copied file are each one sentence with the remedy."""
    keep(tmp_path, name, held)
    with pytest.raises(ConfigError) as refused:
        find(tmp_path, "acme", *accounts)
    assert str(refused.value) == sentence.format(name=name, held=held, remedy=remedy)


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    """It may be the only trace of the bucket."""
    (tmp_path / "terraform.StateBackend.acme.tfstate").write_text("{")
    with pytest.raises(ConfigError, match=r"terraform\.StateBackend\.acme\.tfstate is not Terraform's state"):
        find(tmp_path, "acme")
