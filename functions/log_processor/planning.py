"""Open a range as the plan of its object says; propose a plan for an object that has none; split a large one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module

from log_processor.errors import PlanError
from log_processor.parser_version import get_parser_version
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.range_records import RangeRecords, find_first_byte, open_records
from log_processor.reading.source import OpenObject
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.lib.route import Route
from log_processor.settings import Settings, Storage, Tuning
from log_processor.work.plan import GRID_BITS, GRIDS, PACK_LAYOUT, Plan
from log_processor.work.ranges import ObjectRange, choose_piece_bytes, split_range
from log_processor.work.replay import name_writer

RECORDS: tuple[Storage, int, str] = ("records", 0, "")
"""How records are stored that are not packed: the storage, the bits of its grid, and the layout."""
Check = Callable[[Iterator[bytes]], Iterator[bytes]]


def find_fetched_byte(work: ObjectRange, route: Route) -> int:
    """Return the byte of the object to fetch from: that of `find_first_byte`, or where the member of a zip begins."""
    return work.member.position if work.member else find_first_byte(work, route)


def open_planned(
    open_object: OpenObject, work: ObjectRange, route: Route, settings: Settings, check_deadline: Check
) -> RangeRecords:
    """Return the records of `work`, read as its plan says; raise `PlanError` if the plan is not for this object."""
    limits = ExpansionLimits(settings.expansion_ratio_limit, settings.expanded_bytes_limit)
    plan = work.plan
    if plan is not None:
        _check_object(plan, open_object, work)
    last_modified_ms = plan.last_modified_ms if plan else open_object.last_modified_ms
    return open_records(check_deadline(open_object.chunks), work, route, last_modified_ms, limits, check_deadline)


def _check_object(plan: Plan, open_object: OpenObject, work: ObjectRange) -> None:
    """Raise `PlanError` if the object is not the one that the plan was decided for."""
    if (plan.size_bytes, plan.etag) != (open_object.size_bytes, open_object.etag):
        planned = f"{plan.size_bytes} bytes with the ETag {plan.etag}"
        answered = f"{open_object.size_bytes} bytes with {open_object.etag}"
        raise PlanError(
            f"{work.uri}: the plan in its ledger row is for {planned}, and it has {answered}: upload the object again, "
            "or remove the row"
        )


def propose_plan(
    open_object: OpenObject, range_records: RangeRecords, route: Route, settings: Settings, *, may_pack: bool
) -> Plan:
    """Return the plan that follows from the object's beginning and the present settings."""
    size_bytes = open_object.size_bytes
    storage, grid_bits, layout = choose_storing(route, settings) if may_pack else RECORDS
    is_split = range_records.divisible and size_bytes > settings.split_threshold_bytes
    return Plan(
        format=range_records.format.name,
        declared=route.format is not None,
        kind=range_records.kind,
        size_bytes=size_bytes,
        etag=open_object.etag,
        piece_bytes=choose_piece_bytes(size_bytes, settings.range_bytes, 1 << grid_bits) if is_split else 0,
        last_modified_ms=open_object.last_modified_ms,
        parser=get_parser_version(),
        rules=route.reading,
        record_rules=route.record_rules,
        date_orders=range_records.dating.orders,
        storage=storage,
        grid_bits=grid_bits,
        layout=layout,
    )


def choose_storage(route: Route, settings: Tuning) -> Storage:
    """Return how the records of an object without a plan are stored: as its route says, else as the environment."""
    return "packs" if (route.storage or settings.storage) == "packs" else "records"


def choose_storing(route: Route, settings: Tuning) -> tuple[Storage, int, str]:
    """Return the storage of an object without a plan, the bits of its grid, and the layout."""
    return ("packs", choose_grid(route), PACK_LAYOUT) if choose_storage(route, settings) == "packs" else RECORDS


def choose_grid(route: Route) -> int:
    """Return the bits of the grid: the largest cells that keep, of a sample, no more than usual ones of everything."""
    share = route.filters.sample if route.filters else 1.0
    fitting = [bits for bits in GRIDS if share <= 2.0 ** (GRID_BITS - bits)]
    return max(fitting, default=GRID_BITS)


def name_present_writer(route: Route, plan: Plan | None, settings: Tuning) -> str:
    """Return the name of the writer that an attempt is: by its plan, or by the one that it would propose."""
    reading, storing = (plan.rules, plan.storing) if plan else (route.reading, choose_storing(route, settings))
    return name_writer(get_parser_version(), route.record_rules, reading, storing)


def follow_plan(route: Route, plan: Plan, work: ObjectRange) -> Route:
    """Return the route with the rules of reading that the object was begun with, so that all ranges agree on records.

    Filters and redaction stay those of `route`. Raise `PlanError` if the plan's rules cannot be used here.
    """
    if plan.rules == route.reading:
        return route
    try:
        with_rules: Route = import_module("log_processor.routing.config.build").replace_reading(route, plan.rules)
    except RouteError as error:
        remedy = "deploy the version that wrote it, or remove it from the object's ledger row"
        raise PlanError(f"{work.uri}: the rules in the plan cannot be used ({error}): {remedy}") from error
    return with_rules


def split_large(work: ObjectRange, size_bytes: int, range_bytes: int) -> tuple[ObjectRange, ...]:
    """Return the ranges into which to split `work`, or none if it is to be read as it is.

    The plan says how large they are; without one, `range_bytes` does. A range is split as well, if an earlier
    invocation had no time to do so.
    """
    plan = work.plan
    piece_bytes = plan.piece_bytes if plan else choose_piece_bytes(size_bytes, range_bytes)
    is_large = piece_bytes > 0 and (work.is_whole or (work.end or 0) - work.start > piece_bytes)
    if not is_large:
        return ()
    return tuple(split_range(replace(work, end=work.end or size_bytes), size_bytes, piece_bytes))
