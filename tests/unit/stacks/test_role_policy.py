"""Settings that make a policy of the role which IAM refuses are refused before the framework starts."""

from typing import Any

import pytest

from stacks.config import ConfigError, load
from stacks.role_policy import check_role_policy

KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-0000-0000-{:012d}"
LONG = {f"s{number}": {"bucket": f"bucket-{number}", "prefix": "x" * 490} for number in range(13)}


def check(context: dict[str, Any]) -> None:
    check_role_policy(load(context, {}))


@pytest.mark.parametrize("context", [{}, {"source_prefix": "prüfung/"}, {"sources": LONG}])
def test_what_iam_takes_passes(context: dict[str, Any]) -> None:
    """Also letters of Latin-1, and as many sources as their ARNs have room."""
    check(context)


def test_keys_count_towards_the_length() -> None:
    """Each is an ARN of the policy, too."""
    keys = [KEY.format(number) for number in range(40)]
    check({"source_kms_keys": keys})
    with pytest.raises(ConfigError, match=r"make a policy of 1\d,\d{3} characters for the function's role"):
        check({"source_kms_keys": keys, "sources": LONG})


@pytest.mark.parametrize(
    "context", [{"source_prefix": "日本/"}, {"sources": {"far": {"bucket": "far-away", "prefix": "app/日本/"}}}]
)
def test_a_character_that_iam_refuses_is_named(context: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="has '日', and IAM takes no such character"):
        check(context)
