"""Read documents by the rules of an earlier reading, to find the items of their elements, which have numbers."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from heapq import merge
from typing import NamedTuple

import orjson

from log_processor.errors import AccessDeniedError, PermanentError, PlanError
from log_processor.planning import Check, find_fetched_byte, follow_plan, open_planned
from log_processor.record import build_log_id
from log_processor.routing.lib.route import Route
from log_processor.tools import Tools
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange


class EarlierElement(NamedTuple):
    """An element of a document: its offset, and the `log_id` of its item."""

    offset: int
    log_id: str


class EarlierElements:
    """The elements of an object that earlier readings found and this one, whose `plan` it is, does not.

    Only a reader of the array knows their numbers. So the object is read from its first byte on by the rules of those
    readings, beside the reader of the range.
    """

    def __init__(self, work: ObjectRange, plan: Plan, route: Route) -> None:
        self._work, self._plan, self._route = work, plan, route
        has_items = work.replay is not None and work.replaces_records
        self._others = work.replay.list_other_documents(plan.kind, plan.rules) if work.replay and has_items else []
        self._open_objects = ExitStack()

    def __bool__(self) -> bool:
        """Tell whether there may be any."""
        return bool(self._others)

    def find(self, tools: Tools, check_deadline: Check) -> Iterator[EarlierElement]:
        """Return the elements of the range, in the order of their offsets; `close` has to be called."""
        elements = merge(*(self._read(rules, tools, check_deadline) for rules in self._others))
        start, end = self._work.start, self._work.end
        return (each for each in elements if each.offset >= start and (end is None or each.offset < end))

    def close(self) -> None:
        """Close the connections of the objects that were not read to their ends."""
        self._open_objects.close()

    def _read(self, rules: str, tools: Tools, check_deadline: Check) -> Iterator[EarlierElement]:
        """Yield all elements that a reading by `rules` finds, up to the first damage.

        Rules that this version cannot follow find none.
        """
        plan = replace(self._plan, kind="documents", rules=orjson.loads(rules))
        whole = replace(self._work, start=0, end=None, aligned=True, state=None, replaces=None, plan=plan)
        try:
            route = follow_plan(self._route, plan, whole)
            open_object = tools.source.open(whole, find_fetched_byte(whole, route))
            self._open_objects.callback(open_object.close)
            for block in open_planned(open_object, whole, route, tools.settings, check_deadline).blocks:
                for raw in block:
                    yield EarlierElement(raw.offset, build_log_id(whole.digest, raw.offset, raw.number))
        except AccessDeniedError:
            raise
        except (PermanentError, PlanError):
            return
