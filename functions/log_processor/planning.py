"""Open a range as the plan of its object says; propose a plan for an object that has none; split a large one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from log_processor.errors import PlanError
from log_processor.parser_version import get_parser_version
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.range_records import RangeRecords, open_records
from log_processor.reading.source import OpenObject
from log_processor.routing.config.build import replace_reading
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.lib.route import Route
from log_processor.settings import Settings
from log_processor.work.plan import GRID_BITS, PACK_LAYOUT, Plan, Storage
from log_processor.work.ranges import ObjectRange, choose_piece_bytes, split_range

Check = Callable[[Iterator[bytes]], Iterator[bytes]]


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
    storage = choose_storage(route, settings) if may_pack else "records"
    grid_bits, layout = (GRID_BITS, PACK_LAYOUT) if storage == "packs" else (0, "")
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


def choose_storage(route: Route, settings: Settings) -> Storage:
    """Return how the records of an object without a plan are stored: as its route says, else as the environment."""
    return "packs" if (route.storage or settings.storage) == "packs" else "records"


def follow_plan(route: Route, plan: Plan, work: ObjectRange) -> Route:
    """Return the route with the rules of reading that the object was begun with, so that all ranges agree on records.

    Filters and redaction stay those of `route`. Raise `PlanError` if the plan's rules cannot be used here.
    """
    try:
        return replace_reading(route, plan.rules)
    except RouteError as error:
        remedy = "deploy the version that wrote it, or remove it from the object's ledger row"
        raise PlanError(f"{work.uri}: the rules in the plan cannot be used ({error}): {remedy}") from error


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
