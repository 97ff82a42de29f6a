"""The ledger's rows are summed into one account for each object."""

from typing import Any

import pytest

from emulator.demo.ledger import ObjectAccount, sum_accounts

Row = dict[str, dict[str, Any]]


def row(start: int, status: str, *, version: str = "v1", started_at: str = "1", **more: str) -> Row:
    counts = {name: {"N": "10"} for name in ("read", "stored", "filtered", "rejected", "duration_ms")}
    texts = {"status": status, "version": version, "started_at": started_at, "format": "text"} | more
    return {
        "object": {"S": "s3://logs/a"},
        "range": {"S": f"{version}#{start:015d}-end"},
        **counts,
        **{name: {"S": text} for name, text in texts.items()},
    }


def sum_rows(*rows: Row) -> ObjectAccount:
    return sum_accounts(rows)["s3://logs/a"]


def test_ranges_add_up() -> None:
    """Counts and durations of all ranges are summed; a continued range is done if the one after it is."""
    account = sum_rows(row(0, "continued"), row(50, "done"))
    assert account == ObjectAccount("done", "text", "", 20, 20, 20, 20, 20)
    assert account.is_settled


def test_only_the_newest_version_counts() -> None:
    """Rows of older versions of an object are ignored."""
    assert sum_rows(row(0, "failed", version="v1"), row(0, "done", version="v2", started_at="2")).read == 10


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        (["done"], "done"),
        (["done", "failed"], "failed"),
        (["failed", "running"], "running"),
        (["continued"], "running"),
        (["continued", "failed"], "failed"),
    ],
)
def test_one_status_for_all_ranges(statuses: list[str], whole: str) -> None:
    """An object is settled if no range is running and the last one has a row."""
    account = sum_rows(*(row(index, status) for index, status in enumerate(statuses)))
    assert account.status == whole
    assert account.is_settled == (whole != "running")


def test_a_row_that_has_just_begun_has_no_counts() -> None:
    """Attributes that are written at the end are missing until then."""
    begun = {name: {"S": name} for name in ("object", "range", "version", "started_at")} | {"status": {"S": "running"}}
    assert sum_accounts([begun])["object"] == ObjectAccount("running", "-")


def test_the_reason_is_that_of_the_failed_range() -> None:
    """A range that was split has a reason, too, and that is no failure."""
    assert sum_rows(row(0, "done", reason="split into 2 ranges")).reason == ""
    assert sum_rows(row(0, "done"), row(9, "failed", reason="DamagedObjectError: early end")).reason.startswith("Dam")
