"""Count what the first records of an object say about its format."""

from collections.abc import Sequence
from dataclasses import dataclass

from log_processor.formats.generic import json_lines
from log_processor.formats.joining import count_foreign_records, count_loose_lines, find_neighbour
from log_processor.formats.lib.colours import strip_colours
from log_processor.formats.lib.format import Format, Parsed
from log_processor.formats.registry import ORDER, TEXT, TIMED
from log_processor.state import Below

SAMPLE_RECORDS = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """Count what speaks for `best`, the named format that reads the most records.

    - Of two formats that read the same number, the earlier one in the order is the best.
    - A format of JSON objects wins over JSON lines if it reads half of what JSON lines reads.
    - An error log wins over access lines if both stand together: it knows where its records end.

    `QUANTITIES` says what each number counts. Example: two lines of log4j with three lines of a trace between them give
    2 for `read`, `dated`, `timed` and `datable`, and 0 for `foreign` and `loose`.
    """

    best: Format
    read: int
    dated: int
    timed: int
    datable: int
    foreign: int
    loose: int

    @property
    def has_prevailing_times(self) -> bool:
        """Tell whether more than twice as many records begin with a time as `best` reads."""
        return self.timed > 2 * self.read


QUANTITIES = {
    "read": "records that the best named format reads",
    "dated": "of these, how many have a time",
    "timed": "records that begin with a time",
    "datable": "records in which any named format reads a time",
    "foreign": "records of other formats that the best one would put inside of its own",
    "loose": "lines that look like no part of the record that they would be put into",
}
"""The quantities of the evidence in words."""
Records = dict[int, Parsed]
"""What a format reads, by the index of the record."""


def _rank_joining(candidate: Format, read: Records) -> tuple[int, bool, int]:
    dated = sum(parsed.timestamp_ms is not None for parsed in read.values())
    return dated, candidate.below is Below.ANYTHING and bool(read), len(read)


class Beginning:
    """Hold the first records of an object and its key; gather the evidence if a rule asks for it.

    `samples` are all records of the object's head; the first 20 count. If `joins_all`, the object's route says that
    whatever begins no record belongs to the record above it, so that no line is loose.
    """

    def __init__(
        self, samples: Sequence[str], last_modified_ms: int, key: str = "", *, joins_all: bool = False
    ) -> None:
        self.samples = samples
        self.joins_all = joins_all
        self.lines = samples[:SAMPLE_RECORDS]
        self.plain_lines = [strip_colours(line) for line in self.lines]
        self._plain_text = "\n".join(self.plain_lines)
        self.last_modified_ms = last_modified_ms
        self.key = key
        self.gathered: Evidence | None = None

    @property
    def evidence(self) -> Evidence:
        """Return what the records say; it is gathered once."""
        if self.gathered is None:
            self.gathered = self._gather()
        return self.gathered

    def _gather(self) -> Evidence:
        best, read, datable = self._find_best()
        best = find_neighbour(best, ORDER, self.plain_lines, read.keys(), self.last_modified_ms)
        timed = self._count_timed() if read else self._count_timed_alone()
        dated = sum(parsed.timestamp_ms is not None for parsed in read.values())
        if self.joins_all and timed and not dated:
            best, read = TEXT, {}
        prevail = timed > 2 * len(read)
        return Evidence(
            best=best,
            read=len(read),
            dated=min(len(read), max(timed, dated)),
            timed=timed,
            datable=len(datable),
            foreign=0 if prevail or self.joins_all else count_foreign_records(best, self.lines, datable - read.keys()),
            loose=0 if self.joins_all else count_loose_lines(TIMED if prevail else best, self.lines),
        )

    def is_read_by(self, known: Format) -> bool:
        """Tell whether a format reads one of the records."""
        return any(known.parse(line, self.last_modified_ms) for line in self.plain_lines)

    def _find_best(self) -> tuple[Format, Records, set[int]]:
        """Return the best format, what it reads by the index of the record, and the indices of datable records.

        A record is datable if any named format reads a time in it.
        """
        best, most, datable = TEXT, Records(), set[int]()
        for candidate in filter(self._shows, ORDER):
            answers = enumerate(candidate.parse(line, self.last_modified_ms) for line in self.plain_lines)
            read = {index: parsed for index, parsed in answers if parsed is not None}
            datable |= {index for index, parsed in read.items() if parsed.timestamp_ms is not None}
            if self._is_better(candidate, read, best, most):
                best, most = candidate, read
        return best, most, datable

    def _shows(self, candidate: Format) -> bool:
        """Tell whether a line has one of the signs that the candidate asks for, if it asks for any."""
        return not candidate.signs or any(sign in self._plain_text for sign in candidate.signs)

    def _is_better(self, candidate: Format, read: Records, best: Format, most: Records) -> bool:
        """Tell whether `candidate` is better than the best format so far, which reads `most`.

        It is if it reads more records; a carrier of JSON lines also if it reads as many as JSON lines. If all lines
        join that begin no record, it is if it reads more times, since objects without one may be parts of a record.
        """
        if self.joins_all:
            return _rank_joining(candidate, read) > _rank_joining(best, most)
        if candidate.name == json_lines.FORMAT.name:
            return len(read) > 2 * len(most)
        carries = best.name == json_lines.FORMAT.name and candidate.carrier is not None and len(read) == len(most)
        return len(read) > len(most) or carries

    def _count_timed(self) -> int:
        return sum(TIMED.parse(line, self.last_modified_ms) is not None for line in self.plain_lines)

    def _count_timed_alone(self) -> int:
        """Return how many records begin with a time, if no named format reads any.

        A single time below other text counts as none: records do not begin with it.
        """
        timed = self._count_timed()
        return 0 if timed == 1 and TIMED.parse(self.plain_lines[0], self.last_modified_ms) is None else timed
