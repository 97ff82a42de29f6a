"""Read a line of a log in the embedded metric format, and refuse what CloudWatch would not make metrics of.

Source: Amazon CloudWatch User Guide, Specification: Embedded metric format; Amazon CloudWatch API Reference,
PutMetricData, MetricDatum and Dimension.
"""

import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_EVENT_BYTES = 256 * 1024
MAX_METRICS = 100
MAX_DIMENSIONS = 30
MAX_VALUES = 100
MAX_NAME = 255
MAX_DIMENSION_VALUE = 1024
MAX_VALUE = 2.0**360
MAX_PAST_S = 14 * 86_400
MAX_FUTURE_S = 2 * 3600
NAMESPACE = re.compile(r"(?!AWS/|:)[A-Za-z0-9._\-/#: ]{1,255}")
UNITS = frozenset(
    {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"}
    | {
        f"{size}{kind}{rate}"
        for kind in ("bytes", "bits")
        for size in ("Kilo", "Mega", "Giga", "Tera")
        for rate in ("", "/Second")
    }
    | {"Bytes", "Bytes/Second", "Bits", "Bits/Second"}
)
RESOLUTIONS = (1, 60)


class EmbeddedFormatError(Exception):
    """The line is a document of the format that CloudWatch does not accept. The message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class EmbeddedValue:
    """One value of one metric with one set of dimensions; `at_ms` is its time in epoch milliseconds."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    value: float
    at_ms: int


def parse_document(line: str) -> dict[str, Any] | None:
    """Return the line if it is a document of the format: an object with `_aws`; None if it is any other line."""
    if '"_aws"' not in line:
        return None
    try:
        document = json.loads(line)
    except json.JSONDecodeError:
        return None
    return document if isinstance(document, dict) and "_aws" in document else None


def read_values(line: str, now_s: float | None = None) -> list[EmbeddedValue]:
    """Return the values of a document; raise `EmbeddedFormatError` if there is anything wrong in it."""
    document = parse_document(line)
    if document is None:
        return []
    if len(line.encode()) > MAX_EVENT_BYTES:
        raise EmbeddedFormatError(f"the document has {len(line.encode())} bytes: at most {MAX_EVENT_BYTES}")
    metadata = document["_aws"]
    if not isinstance(metadata, dict) or not isinstance(metadata.get("CloudWatchMetrics"), list):
        raise EmbeddedFormatError("_aws.CloudWatchMetrics is no array")
    at_ms = _check_time(metadata.get("Timestamp"), time.time() if now_s is None else now_s)
    return [
        value for directive in metadata["CloudWatchMetrics"] for value in _read_directive(directive, document, at_ms)
    ]


def _check_time(at_ms: Any, now_s: float) -> int:
    """Return the time of the document: a whole number of milliseconds, two weeks ago or later."""
    if type(at_ms) is not int:
        raise EmbeddedFormatError(f"_aws.Timestamp is {at_ms!r}: it must be a number of milliseconds")
    if not -MAX_PAST_S <= at_ms / 1000 - now_s <= MAX_FUTURE_S:
        raise EmbeddedFormatError(f"_aws.Timestamp is {at_ms}: more than two weeks ago, or two hours ahead")
    return at_ms


def _read_directive(directive: Any, document: Mapping[str, Any], at_ms: int) -> Iterator[EmbeddedValue]:
    """Yield each value of each metric of a directive, once for each of its sets of dimensions."""
    namespace, sets, metrics = (_get(directive, name) for name in ("Namespace", "Dimensions", "Metrics"))
    if not isinstance(namespace, str) or not NAMESPACE.fullmatch(namespace):
        raise EmbeddedFormatError(f"the namespace is {namespace!r}: 1 to 255 letters, digits and .-_/#: are allowed")
    if not isinstance(sets, list) or not sets:
        raise EmbeddedFormatError(f"the dimensions of {namespace} are {sets!r}: they must be an array of arrays")
    if not isinstance(metrics, list) or not 0 < len(metrics) <= MAX_METRICS:
        raise EmbeddedFormatError(f"a directive of {namespace} must have 1 to {MAX_METRICS} metrics")
    all_dimensions = [_read_dimensions(names, document) for names in sets]
    for metric in metrics:
        for value in _read_metric(metric, document):
            for dimensions in all_dimensions:
                yield EmbeddedValue(namespace, metric["Name"], dimensions, value, at_ms)


def _get(directive: Any, name: str) -> Any:
    if not isinstance(directive, dict):
        raise EmbeddedFormatError(f"{directive!r} is no directive: it must be an object")
    return directive.get(name)


def _read_dimensions(names: Any, document: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a set of dimensions, which may be empty."""
    if not isinstance(names, list) or len(names) > MAX_DIMENSIONS:
        raise EmbeddedFormatError(f"{names!r} is no set of dimensions: an array of at most {MAX_DIMENSIONS} names")
    for name in names:
        if not _is_text(name, MAX_NAME) or name.startswith(":"):
            raise EmbeddedFormatError(f"{name!r} is no name of a dimension: 1 to {MAX_NAME} characters of ASCII")
        if not _is_text(document.get(name), MAX_DIMENSION_VALUE):
            raise EmbeddedFormatError(
                f"the dimension {name} is {document.get(name)!r}: it must be 1 to {MAX_DIMENSION_VALUE} characters of "
                "ASCII, none of them a control character, and not all blank"
            )
    return {name: document[name] for name in names}


def _is_text(text: Any, most: int) -> bool:
    return (
        isinstance(text, str) and text.isascii() and text.isprintable() and 0 < len(text) <= most and bool(text.strip())
    )


def _read_metric(metric: Any, document: Mapping[str, Any]) -> list[float]:
    """Return the values of a metric: a number, or an array of at most a hundred."""
    name = _get(metric, "Name")
    if not _is_text(name, MAX_NAME):
        raise EmbeddedFormatError(f"{name!r} is no name of a metric: 1 to {MAX_NAME} characters of ASCII")
    if metric.get("Unit", "None") not in UNITS:
        raise EmbeddedFormatError(f"the unit of {name} is {metric['Unit']!r}, which CloudWatch does not know")
    if metric.get("StorageResolution", RESOLUTIONS[-1]) not in RESOLUTIONS:
        raise EmbeddedFormatError(f"the resolution of {name} is {metric['StorageResolution']!r}: 1 or 60 seconds")
    given = document.get(name)
    values: list[Any] = given if isinstance(given, list) else [given]
    if not 0 < len(values) <= MAX_VALUES or not all(map(_is_number, values)):
        raise EmbeddedFormatError(f"{name} is {given!r}: it must be a number, or 1 to {MAX_VALUES} numbers")
    return [float(value) for value in values]


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and math.isfinite(value) and abs(value) <= MAX_VALUE
