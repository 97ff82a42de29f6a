"""Build the page on the function's log and metrics, `docs/metrics.md`, from the table of the metrics."""

import json
from collections.abc import Iterable
from pathlib import Path

from log_processor.formats.registry import BY_NAME
from log_processor.metrics import METRICS, NAMESPACE, NO_FORMAT, OTHER_SOURCE
from log_processor.reporting import FIELDS, describe
from log_processor.routing.config.own_formats import MAX_FORMATS
from log_processor.routing.routes import MAX_NAMED_SOURCES

from benchmarks.reporting import TRACE, make_report

PAGE = Path(__file__).resolve().parent.parent / "metrics.md"
TEMPLATE = Path(__file__).with_name("metrics.in.md")


def build_page() -> str:
    """Return the page: the template with the metrics, the fields of a line, and their numbers."""
    detailed = sum(metric.is_detailed for metric in METRICS)
    least = len(METRICS) + detailed  # without a name, all sources are one
    parts = {
        "NAMESPACE": NAMESPACE,
        "METRICS": _build_table(
            ("Metric", "Unit", "Detailed", "What it is"),
            ((f"`{one.name}`", one.unit, "yes" if one.is_detailed else "", one.meaning) for one in METRICS),
        ),
        "FIELDS": _build_table(("Field", "What it is"), ((f"`{name}`", meaning) for name, meaning in FIELDS.items())),
        "EXAMPLE": json.dumps(TRACE.describe(make_report().work) | describe(make_report(), "shop"), indent=2),
        "MAX_NAMED_SOURCES": str(MAX_NAMED_SOURCES),
        "OTHER_SOURCE": OTHER_SOURCE,
        "NO_FORMAT": NO_FORMAT,
        "LEAST": str(least),
        "DETAILED": str(detailed),
        "MOST": str(len(METRICS) + detailed * (MAX_NAMED_SOURCES + 1 + len(BY_NAME) + MAX_FORMATS + 1)),
    }
    text = TEMPLATE.read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def _build_table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ("---",) * len(columns), *rows))
