"""The rows of an object become one account a version; what could not be opened at first is no version of its own."""

import pytest

from ops.accounts import accounts
from tests.unit.ops.test_coverage import Item, make_row


def begin_at(version: str, minute: int, row: Item) -> Item:
    return row | {"version": {"S": version}, "started_at": {"S": f"2026-05-04T10:{minute:02d}:00Z"}}


@pytest.mark.parametrize("unknown", ["9b2c", ""], ids=["the ETag alone", "nothing known"])
def test_a_failure_to_open_is_no_version_after_a_later_attempt(unknown: str) -> None:
    """An object of a bucket without versions tells its version as soon as it can be opened."""
    failed = begin_at(unknown, 1, make_row(0, None, "failed", read=0, stored=0))
    done = begin_at("9b2c@20260504T095900Z", 2, make_row(0, None))
    assert [account.version for account in accounts([failed, done])] == ["9b2c@20260504T095900Z"]
    other = begin_at("77aa@20260504T095900Z", 2, make_row(0, None))
    assert len(accounts([failed])) == 1
    assert len(accounts([failed, other])) == (2 if unknown else 1)


def test_a_failure_to_open_after_that_is_one() -> None:
    """It tells of a later upload of the same bytes, which nothing has stored."""
    done = begin_at("9b2c@20260504T095900Z", 1, make_row(0, None))
    failed = begin_at("9b2c", 2, make_row(0, None, "failed", read=0, stored=0))
    assert [account.status for account in accounts([done, failed])] == ["done", "failed"]
