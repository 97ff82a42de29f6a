"""The rows of an object become one account a version; what could not be opened at first is no version of its own."""

import pytest

from ops.accounts import accounts
from ops.frame.times import open_clock
from ops.status import _format_page
from tests.unit.ops.test_coverage import Item, make_row, make_split


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


def test_an_upload_that_was_gone_stays_an_account() -> None:
    """It was overwritten before any attempt; a later upload of the same bytes does not make up for it."""
    failed = begin_at("9b2c", 1, make_row(0, None, "failed", read=0, stored=0))
    failed["reason"] = {"S": "ObjectChangedError: the object was overwritten"}
    done = begin_at("9b2c@20260504T100500Z", 6, make_row(0, None))
    assert [account.status for account in accounts([failed, done])] == ["failed", "done"]


def test_a_failure_to_open_after_that_is_one() -> None:
    """It tells of a later upload of the same bytes, which nothing has stored."""
    done = begin_at("9b2c@20260504T095900Z", 1, make_row(0, None))
    failed = begin_at("9b2c", 2, make_row(0, None, "failed", read=0, stored=0))
    assert [account.status for account in accounts([done, failed])] == ["done", "failed"]


@pytest.mark.parametrize(
    ("marks", "attempts", "parsers"),
    [
        ([], 1, ("1",)),
        (["2"], 1, ("2",)),
        (["2", "3"], 2, ("2", "3")),
        (["2"], 2, ("2", "a version that kept no plan")),
    ],
    ids=["an earlier version alone", "one", "a deploy in between", "begun by an earlier version"],
)
def test_every_parser_that_worked_on_a_row_is_named(marks: list[str], attempts: int, parsers: tuple[str, ...]) -> None:
    """An attempt that was killed may have stored records too; earlier versions did not leave a mark."""
    row = make_row(0, None, attempts=attempts, marked_attempts=len(marks))
    (account,) = accounts([row | ({"parsers": {"SS": marks}} if marks else {})])
    assert account.parsers == parsers


def test_mixed_parsers_and_rules_are_said_in_a_sentence() -> None:
    """Ranges under other filters than the object's first attempt: an operator reads of it, and what to do."""
    rows = [
        row | {"parsers": {"SS": [parser]}, "record_rules": {"SS": [rules]}, "marked_attempts": {"N": "1"}}
        for row, parser, rules in (
            (make_split(2, 200), "p1", "none"),
            (make_row(0, 100), "p1", "none"),
            (make_row(100, 200), "p2", "0a1b"),
        )
    ]
    page = "\n".join(_format_page("s3://b/k", accounts(rows), "archive", open_clock("UTC")))
    assert "mixed parsers: p1, p2; a replay makes the object whole" in page
    assert "mixed rules: the route's source, filters or redaction changed in the middle of the object" in page
    assert "mixed" not in "\n".join(_format_page("s3://b/k", accounts(rows[:2]), "archive", open_clock("UTC")))
