"""Records outside of a route's sample are not parsed, and what is stored is the same as if they were."""

from collections.abc import Sequence
from unittest.mock import patch

import pytest
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.reading.records import ReadRecord, read_records
from log_processor.record import Piece, RawRecord
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import read
from log_processor.state import Below

LINES = [f'192.0.2.{number} - - [04/May/2026:10:00:00 +0000] "GET /{number} HTTP/1.1" 200 5' for number in range(200)]
COLUMNS = ["#Fields: date time cs-method", *(f"2026-05-04 10:00:{number % 60:02d} GET" for number in range(200))]


def read_sampled(name: str, raws: Sequence[RawRecord], route: Route, *, early: bool) -> list[ReadRecord]:
    is_sampled = route.is_sampled if early else None
    reader = Reader(BY_NAME[name], 0)
    return list(read_records(iter([list(raws)]), reader, "d", 0, route.make_transform("a.log"), is_sampled))


def make_raws(lines: Sequence[str], piece: Piece | None = None) -> list[RawRecord]:
    return [RawRecord(at, 1, line, at + 1, False, None, piece=piece) for at, line in enumerate(lines)]


@pytest.mark.parametrize("rules", ["", "exclude = ['/1']", "include = ['/1']"])
@pytest.mark.parametrize(("name", "lines"), [("combined", LINES), ("w3c", COLUMNS)])
def test_the_sample_is_the_same_before_and_after_parsing(name: str, lines: list[str], rules: str) -> None:
    """Filters take their part of it, and lines that name columns are read whatever the sample says of them."""
    (route,) = read(f"[[route]]\nkeys = ['**']\nsample = 0.25\n{rules}").routes
    early, late = (read_sampled(name, make_raws(lines), route, early=early) for early in (True, False))
    assert early == late
    assert any(record is not None for _, record in early) or rules
    assert any(record is None for _, record in early)


def test_a_record_outside_of_the_sample_is_not_parsed() -> None:
    """A record in ten is parsed, or about so many."""
    (route,) = read("[[route]]\nkeys = ['**']\nsample = 0.1").routes
    with patch.object(Reader, "read", autospec=True, side_effect=Reader.read) as parse:
        kept = [record for _, record in read_sampled("combined", make_raws(LINES), route, early=True) if record]
    assert parse.call_count == len(kept) < len(LINES) / 4


def test_pieces_are_read_whatever_the_sample_says() -> None:
    """The later ones have the format, time and level of the first."""
    (route,) = read("[[route]]\nkeys = ['**']\nsample = 0.25").routes
    raws = make_raws(LINES, Piece(0, Below.NOTHING, goes_on=False))
    early, late = (read_sampled("combined", raws, route, early=early) for early in (True, False))
    assert early == late


@pytest.mark.parametrize("rules", ["sample = 1.0", "sample = 0.5\nredact = ['aws_key']", "exclude = ['a']"])
def test_a_route_without_a_sample_or_with_redaction_parses_all(rules: str) -> None:
    """A private key goes on over records that are not stored."""
    assert read(f"[[route]]\nkeys = ['**']\n{rules}").routes[0].is_sampled is None
