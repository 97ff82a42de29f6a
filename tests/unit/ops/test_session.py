"""The commands call AWS with the credentials that Terraform uses for the environment."""

from pathlib import Path

import pytest
from moto import mock_aws

from ops.errors import CommandError
from ops.session import open_session
from stacks.config import load

ROLE = "arn:aws:iam::210987654321:role/deploy"


@pytest.fixture(autouse=True)
def _own_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave nothing of this machine's credentials but two keys."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


def name_caller(context: dict[str, str]) -> str:
    return open_session(load(context, {})).client("sts").get_caller_identity()["Arn"]


def test_the_role_that_deploys_is_assumed() -> None:
    """Else a command would look for the environment's resources in the account of its caller."""
    with mock_aws():
        assert name_caller({"assume_role": ROLE}).startswith("arn:aws:sts::210987654321:assumed-role/deploy/")


def test_without_a_role_the_credentials_stay() -> None:
    """They are those that boto3 finds by itself."""
    with mock_aws():
        assert ":123456789012:" in name_caller({})


def test_the_region_is_the_stacks() -> None:
    """A client of the session asks where the stack is deployed, whatever AWS_DEFAULT_REGION says."""
    assert open_session(load({"region": "eu-west-1"}, {})).client("s3").meta.region_name == "eu-west-1"


def test_a_profile_that_is_missing_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the profile and what to check."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(CommandError, match=r"nobody.*check AWS_PROFILE"):
        open_session(load({}, {}))


def test_half_of_the_credentials_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without its secret is not the profile's fault."""
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CommandError, match=r"missing: AWS_SECRET_ACCESS_KEY\): set AWS_ACCESS_KEY_ID and AWS_SECRET_"):
        open_session(load({}, {}))


def test_a_role_needs_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any, the command says what to set."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CommandError, match=rf"no credentials to assume {ROLE} with: set AWS_PROFILE"):
        open_session(load({"assume_role": ROLE}, {}))
