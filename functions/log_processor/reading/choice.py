"""Choose how an object is read: its format, and what its lines do not say of their times.

An object's plan says it. Without one the route may, or the first records and the key do.
"""

from collections.abc import Callable, Sequence

from log_processor.errors import PlanError
from log_processor.formats.date_orders import find_date_orders
from log_processor.formats.detection import Decision, decide
from log_processor.formats.lib.dating import DATE_KINDS, Dating
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.reading.head import HEAD_BYTES
from log_processor.reading.lines import Line
from log_processor.reading.reading_rules import ReadingRules
from log_processor.record import RawRecord
from log_processor.record_text import decode_record
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange

SAMPLE_BYTES = 1024 * 1024
TakeSamples = Callable[[], Sequence[str]]


def sample_documents(first: list[RawRecord]) -> list[str]:
    """Return the texts of the first records of a document, as far as they begin in the head."""
    return [raw.text for raw in first if raw.offset < first[0].offset + HEAD_BYTES]


def sample_lines(first: list[Line]) -> list[str]:
    """Return the texts of the lines of the head that are not blank, each up to `SAMPLE_BYTES`."""
    end = first[0].offset + HEAD_BYTES if first else 0
    texts = [line.data[:SAMPLE_BYTES] for line in first if line.offset < end and line.data and not line.data.isspace()]
    try:  # all at once, which takes a third of the time
        return b"\n".join(texts).decode().split("\n") if texts else []
    except UnicodeDecodeError:
        return [decode_record(data)[0] for data in texts]


def get_known_format(work: ObjectRange, rules: ReadingRules) -> Format | None:
    """Return the format of the object's plan; without a plan, the one that the route declares, or else the message."""
    if work.plan is not None:
        return _find_planned_format(work.plan, work, rules)
    return rules.format or BY_NAME.get(work.format or "")


def _find_planned_format(plan: Plan, work: ObjectRange, rules: ReadingRules) -> Format:
    if rules.format is not None and rules.format.name == plan.format:
        return rules.format
    planned = BY_NAME.get(plan.format)
    if planned is None:
        remedy = "deploy the version that wrote it, or remove it from the object's ledger row"
        raise PlanError(f"{work.uri}: the plan names the format {plan.format!r}, which is not known here: {remedy}")
    return planned


def choose_format(work: ObjectRange, rules: ReadingRules, take_samples: TakeSamples, last_modified_ms: int) -> Decision:
    """Return the decision for the known format if there is one, or else decide by the key and the sample records."""
    known = get_known_format(work, rules)
    if known is not None:
        return Decision(known)
    return decide(take_samples(), last_modified_ms, work.key, joins_all=rules.joins_all)


def choose_dating(
    work: ObjectRange, rules: ReadingRules, chosen: Format, take_samples: TakeSamples, last_modified_ms: int
) -> Dating:
    """Return how undecided times are read: as the object's plan says; without a plan, as the route or the sample does.

    A range of an object that was begun without a plan has no sample of its beginning.
    """
    if work.plan is not None:
        return Dating(work.plan.date_orders, rules.time_zone)
    if rules.date_order is not None:
        return Dating(dict.fromkeys(DATE_KINDS, rules.date_order), rules.time_zone)
    if not work.is_whole:
        return Dating(zone=rules.time_zone)
    orders = find_date_orders(take_samples(), chosen, last_modified_ms, declared=rules.format is not None)
    return Dating(orders, rules.time_zone)
