"""Find the state of the state bucket itself, and refuse to begin a second one beside it.

It is a file of the checkout, because the bucket does not exist before its stack is deployed. The file is named by the
bucket, and by the account where `allowed_account_ids` has one. For example,
`terraform.StateBackend.123456789012.acme-states.tfstate`.
"""

import json
import re
from pathlib import Path

from stacks.config import Config, ConfigError

STACK_ID = "StateBackend"
STATE_KEY = f"{STACK_ID}.tfstate"
"""The key of its state in the bucket itself, if `state_in_bucket` is on."""
NAME = re.compile(rf"terraform\.{STACK_ID}\.(?:(?P<account>\d{{12}})\.)?(?:.+\.)?tfstate")


def find_bucket_state(config: Config, folder: Path) -> str:
    """Return the name of the file in `folder` that holds, or will hold, the state of the state bucket.

    Raises `ConfigError` if there is a state already, and it is

    - of the same bucket, under another name, or
    - of another bucket, which this stack would replace or leave behind; that of another known account is left alone.
    """
    account = config.allowed_account_ids[0] if len(config.allowed_account_ids) == 1 else ""
    bucket = config.state_bucket_name
    expected = ".".join(filter(None, ("terraform", STACK_ID, account, bucket, "tfstate")))
    held = _read_held_buckets(folder)
    if held.get(expected) == bucket:
        return expected
    for name, other in held.items():
        named = NAME.fullmatch(name)
        other_account = (named and named["account"]) or ""
        if other != bucket:
            _check_other_bucket(name, other, bucket, {account, other_account})
        elif other_account and not account:
            return name
        else:
            raise ConfigError(f"{name} holds the state of the bucket {bucket!r}: rename it to {expected}")
    return expected


def _check_other_bucket(name: str, other: str, bucket: str, accounts: set[str]) -> None:
    """Raise `ConfigError` unless two different accounts are known, of which each may have its bucket."""
    if len(accounts - {""}) < 2:
        raise ConfigError(
            f"{name} holds the state of the bucket {other!r}, and state_bucket is {bucket!r}: set STATE_BUCKET={other} "
            "or state_bucket in cdktf.json's context; a bucket of another account needs allowed_account_ids for both"
        )


def _read_held_buckets(folder: Path) -> dict[str, str]:
    """Return the bucket of each state of a state bucket in `folder`, by the file's name; an empty state has none."""
    files = sorted(path for path in folder.glob(f"terraform.{STACK_ID}*.tfstate") if NAME.fullmatch(path.name))
    return {path.name: bucket for path in files if (bucket := _read_held_bucket(path))}


def _read_held_bucket(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
        resources = json.loads(text)["resources"] if text else []
        held = [one for one in resources if (one["type"], one["name"]) == ("aws_s3_bucket", "state_bucket")]
        return str(held[0]["instances"][0]["attributes"]["bucket"]) if held else ""
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ConfigError(f"{path.name} is not Terraform's state ({type(error).__name__}): restore it") from error
