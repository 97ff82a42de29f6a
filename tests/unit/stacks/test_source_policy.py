"""The policy of the stack's own bucket fits into what S3 takes, or the synthesis says so."""

import pytest

from stacks.config import ConfigError, load
from stacks.source_policy import check_policy_size

SERVICES = ["alb", "cloudtrail", "vpc_flow", "config"]


def list_accounts(count: int) -> list[str]:
    """Return ids of accounts."""
    return [f"{number:012d}" for number in range(1, count + 1)]


@pytest.mark.parametrize("accounts", [0, 20])
def test_a_policy_that_fits_passes(accounts: int) -> None:
    """Some services for some accounts do."""
    check_policy_size(load({"log_services": SERVICES, "writer_accounts": list_accounts(accounts)}, {}))


def test_a_policy_that_is_too_long_is_refused() -> None:
    """In a sentence that says which settings make it, instead of S3's error in the middle of an apply."""
    config = load({"log_services": SERVICES, "writer_accounts": list_accounts(60)}, {})
    with pytest.raises(ConfigError, match=r"make a bucket policy of \d{5} bytes, and S3 takes 20480: name fewer"):
        check_policy_size(config)
