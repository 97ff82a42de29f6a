"""A hundred thousand records of seven days: each question takes a known number of requests."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from emulator.aws.moto_fixes import apply_fixes
from ops.reading.span import Span
from ops.reading.store import Question
from ops.reading.where import parse_where
from tests.unit.ops.reading.conftest import Tables
from tests.unit.ops.reading.stored import FIRST_MS, SHARDS, ask, make_record, number, put_records

pytestmark = pytest.mark.slow

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
DAYS, RECORDS = 7, 100_000
STEP_MS = DAYS * DAY_MS // RECORDS


@pytest.fixture(scope="module")
def full() -> Iterator[Tables]:
    """Yield tables with 100,000 records of 7 days in 8 shards."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "local")
        apply_fixes()
        with mock_aws():
            tables = Tables()
            put_records(make_record(number, FIRST_MS + number * STEP_MS) for number in range(RECORDS))
            yield tables


HOUR = Span(FIRST_MS + 4 * DAY_MS + 5 * HOUR_MS, FIRST_MS + 4 * DAY_MS + 6 * HOUR_MS - 1)
OF_THE_HOUR = range(-(-(HOUR.first_ms - FIRST_MS) // STEP_MS), (HOUR.last_ms - FIRST_MS) // STEP_MS + 1)


def test_an_hour_takes_a_query_a_shard_and_one_for_100(full: Tables) -> None:
    """Among seven days with 100,000 records: the partitions of the hour's day, and the keys in hundreds."""
    answer = ask(full, Question(("web",), HOUR))
    assert [number(record) for record in answer] == list(OF_THE_HOUR)
    assert all(record.whole and record.get("user.name") for record in answer)
    assert full.requests == {"Scan": 1, "Query": SHARDS, "BatchGetItem": -(-len(OF_THE_HOUR) // 100)}


def test_errors_fetch_the_errors_alone(full: Tables) -> None:
    """The index tells them."""
    answer = ask(full, Question(("web",), HOUR, parse_where("status>=500 or level>=error")))
    assert [number(record) for record in answer] == [one for one in OF_THE_HOUR if one % 100 == 0]
    assert full.requests == {"Scan": 1, "Query": SHARDS, "BatchGetItem": 1}


def test_a_count_by_what_the_index_holds_fetches_nothing(full: Tables) -> None:
    """Of a whole day: what is not whole has level, status, format and source."""
    day = Span(FIRST_MS + 3 * DAY_MS, FIRST_MS + 4 * DAY_MS - 1)
    answer = ask(full, Question(("web",), day, parse_where("format=combined"), whole=False))
    first, last = (-(-(moment - FIRST_MS) // STEP_MS) for moment in (day.first_ms, day.last_ms + 1))
    assert [number(record) for record in answer] == list(range(first, last))
    assert {(record.get("status"), record.get("source")) for record in answer} == {(200, "web"), (500, "web")}
    assert full.requests == {"Scan": 1, "Query": SHARDS}


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_first_page_does_not_read_the_rest(full: Tables, newest_first: bool) -> None:
    """Of seven days: a page of each shard of one day, and what is shown."""
    whole = Span(FIRST_MS, FIRST_MS + DAYS * DAY_MS - 1)
    answer = ask(full, Question(("web",), whole, newest_first=newest_first, limit=50))
    numbers = range(RECORDS)[::-1] if newest_first else range(RECORDS)
    assert [number(record) for record in answer] == list(numbers[:50])
    assert full.requests == {"Scan": 1, "Query": SHARDS, "BatchGetItem": 1}


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_join_without_a_gap(full: Tables, newest_first: bool) -> None:
    """Each goes on after the last record of the one before, over midnight too."""
    midnight = FIRST_MS + 2 * DAY_MS
    span = Span(midnight - 15 * 60_000, midnight + 15 * 60_000)
    condition = parse_where("user.name=web")
    pages: list[int] = []
    after = None
    while page := ask(full, Question(("web",), span, condition, newest_first, after, limit=70)):
        pages += map(number, page)
        after = page[-1].position
        assert full.requests["Query"] <= 2 * SHARDS + SHARDS
    whole = ask(full, Question(("web",), span, condition, newest_first))
    assert pages == [number(record) for record in whole]
    assert len(pages) > 200


def test_a_condition_on_a_field_reads_the_records(full: Tables) -> None:
    """It is looked for in what is possible by the index: here, nothing is decided by that."""
    answer = ask(full, Question(("web",), HOUR, parse_where("user.name=root")))
    assert [number(record) for record in answer] == [one for one in OF_THE_HOUR if one % 1000 == 7]
    assert full.requests["BatchGetItem"] == -(-len(OF_THE_HOUR) // 100)
