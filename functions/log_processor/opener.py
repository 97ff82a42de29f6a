"""Open a range: its object from the first byte needed, with the object's plan, or what the range is split into."""

from collections.abc import Iterator
from dataclasses import replace

from log_processor.beginning import Begun
from log_processor.earlier_elements import EarlierElement, EarlierElements
from log_processor.planning import Check, find_fetched_byte, follow_plan, open_planned, propose_plan, split_large
from log_processor.reading.range_records import RangeRecords
from log_processor.reading.source import OpenObject
from log_processor.tools import Tools
from log_processor.unpacking import peek_zip, unpack
from log_processor.work.outcome import Done
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange


class Opener:
    """What opens the range of `begun`.

    If the object's plan is decided meanwhile, `work` gets it, and `route` its rules. `range_records` is None as long as
    it is not known how the records are read.
    """

    def __init__(self, begun: Begun, tools: Tools, check_deadline: Check) -> None:
        self.work, self.route = begun.work, begun.route
        self.range_records: RangeRecords | None = None
        self._object = begun.open_object
        self._has_unmarked_attempts = begun.row.attempts > begun.row.marked_attempts
        self._earlier: EarlierElements | None = None
        self._tools, self._settings, self._check_deadline = tools, tools.settings, check_deadline

    @property
    def format_name(self) -> str | None:
        """Return the name of the object's format, or None as long as it is not known."""
        return self.range_records.format.name if self.range_records else self.work.format

    @property
    def facts(self) -> Plan | OpenObject | None:
        """Return what knows the object's size and time: its plan if it has one, else the object if it was opened."""
        return self.work.plan or self._object

    def open(self) -> RangeRecords | Done:
        """Return how the records of the range are read; `Done` if it is to be sent as smaller ranges instead.

        A zip is split into its members, a large object into pieces.
        """
        is_zip, open_object = self._peek(self._open())
        if is_zip:
            limit = self._settings.expanded_bytes_limit
            return unpack(self.work, open_object.size_bytes, self._tools.source, limit)
        range_records = self.range_records = self._open_records(open_object)
        if self.work.plan is None and self.work.is_whole:
            open_object, range_records = self._keep_plan(open_object, range_records)
        self._earlier = EarlierElements(self.work, self.work.plan, self.route) if self.work.plan else None
        parts = self._split(open_object.size_bytes) if range_records.divisible and not self._earlier else ()
        return Done(parts) if parts else range_records

    def list_earlier_elements(self) -> Iterator[EarlierElement]:
        """Return the elements whose items only a reader finds that reads documents as an earlier one did."""
        return self._earlier.find(self._tools, self._check_deadline) if self._earlier else iter(())

    def close(self) -> None:
        """Close the connection of an object that was not read to its end, as most ranges are not."""
        if self._earlier is not None:
            self._earlier.close()
        if self._object is not None:
            self._object.close()

    def _open(self) -> OpenObject:
        """Return the object from the first byte needed: if that is byte 0, the one opened to learn its version."""
        first_byte = find_fetched_byte(self.work, self.route)
        if self._object is None or first_byte:
            return self._open_from(first_byte)
        return self._object

    def _peek(self, open_object: OpenObject) -> tuple[bool, OpenObject]:
        """Tell whether the range is a zip, which has to be unpacked, and return the object with all of its chunks."""
        if not self.work.is_object:
            return False, open_object
        is_zip, self._object = peek_zip(open_object)
        return is_zip, self._object

    def _open_from(self, first_byte: int) -> OpenObject:
        """Return the object from a byte on, in place of the one that was opened before."""
        self.close()
        self._object = self._tools.source.open(self.work, first_byte)
        return self._object

    def _open_records(self, open_object: OpenObject) -> RangeRecords:
        return open_planned(open_object, self.work, self.route, self._settings, self._check_deadline)

    def _keep_plan(self, open_object: OpenObject, range_records: RangeRecords) -> tuple[OpenObject, RangeRecords]:
        """Decide the plan of the object; if another attempt decided it before, open the object again to follow that."""
        # an attempt of a version that marked none may have stored records before there was a plan
        may_pack = not self._has_unmarked_attempts
        proposed = propose_plan(open_object, range_records, self.route, self._settings, may_pack=may_pack)
        agreed = self._tools.keep_plan(self.work, proposed)
        self.work = replace(self.work, plan=agreed)
        if agreed != proposed:
            self.route = follow_plan(self.route, agreed, self.work)
            open_object = self._open_from(find_fetched_byte(self.work, self.route))
            range_records = self.range_records = self._open_records(open_object)
        return open_object, range_records

    def _split(self, size_bytes: int) -> tuple[ObjectRange, ...]:
        work = replace(self.work.begin_anew(), format=self.format_name)
        return split_large(work, size_bytes, self._settings.range_bytes)
