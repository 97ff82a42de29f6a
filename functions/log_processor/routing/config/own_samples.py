"""Check that a format reads the samples that its `[[format]]` table gives for it."""

from typing import NoReturn

from log_processor.formats.lib.format import Format
from log_processor.routing.config.toml_tables import RouteTable

MAX_SAMPLES = 20
SHOWN_CHARS = 60
SAMPLES_MS = 1_767_225_600_000
"""The last-modified time of the samples; nothing but the year of times without one depends on it."""


def check_samples(table: RouteTable, own: Format) -> None:
    """Raise `RouteError` unless there are samples, each one record that the format reads."""
    samples = table.values.get("samples")
    if not isinstance(samples, list) or not 0 < len(samples) <= MAX_SAMPLES:
        remedy = f"list 1 to {MAX_SAMPLES} records that the format reads, as they stand in a log"
        table.refuse(
            "samples", f"'samples' is {samples!r}: {remedy}" if samples else f"this format has no 'samples': {remedy}"
        )
    for sample in samples:
        if not isinstance(sample, str):
            table.refuse("samples", f"'samples' has {sample!r}: write each record as a text")
        _check_sample(table, own, sample.rstrip("\n"))


def _check_sample(table: RouteTable, own: Format, sample: str) -> None:
    first, *below = sample.split("\n")
    if own.starts is None and below:
        _refuse(table, first, "it has several lines: write 'start', or give each line as a sample")
    if own.starts is not None and own.starts.match(first.encode("utf-8", "replace")) is None:
        _refuse(table, first, "'start' does not match its first line")
    for line in below:
        if own.starts is not None and own.starts.match(line.encode("utf-8", "replace")) is not None:
            _refuse(table, line, "'start' matches a line below its first one, which is a record of its own")
    if own.parse(sample, SAMPLES_MS) is None and own.explain is not None:
        _refuse(table, first, own.explain(sample, SAMPLES_MS).reason)


def _refuse(table: RouteTable, line: str, reason: str) -> NoReturn:
    shown = line if len(line) <= SHOWN_CHARS else f"{line[:SHOWN_CHARS]}…"
    table.refuse("samples", f"the format does not read its sample {shown!r}: {reason}; mend one of them", line)
