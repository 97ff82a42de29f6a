"""The formats in their explicit order, and the detection that chooses one for an object from its first records."""

from collections.abc import Sequence

from log_processor.formats import (
    access,
    alb,
    apache_error,
    clb,
    cloudfront,
    cloudtrail,
    cloudwatch_event,
    cloudwatch_export,
    cri,
    docker_json,
    haproxy,
    java,
    json_lines,
    klog,
    logfmt,
    mysql_error,
    nginx_error,
    nlb,
    postgresql,
    python_logging,
    route53,
    s3_access,
    syslog_rfc3164,
    syslog_rfc5424,
    text,
    vpc_flow,
    w3c,
    waf,
)
from log_processor.formats.base import Format
from log_processor.record import Parsed

ORDER: tuple[Format, ...] = (
    docker_json.FORMAT,
    cloudtrail.FORMAT,
    cloudwatch_event.FORMAT,
    waf.FORMAT,
    route53.FORMAT,
    json_lines.FORMAT,
    access.FORMAT,
    alb.FORMAT,
    nlb.FORMAT,
    clb.FORMAT,
    s3_access.FORMAT,
    cloudfront.FORMAT,
    vpc_flow.FORMAT,
    w3c.FORMAT,
    cri.FORMAT,
    apache_error.FORMAT,
    nginx_error.FORMAT,
    haproxy.FORMAT,
    syslog_rfc5424.FORMAT,
    mysql_error.FORMAT,
    postgresql.FORMAT,
    java.FORMAT,
    klog.FORMAT,
    python_logging.FORMAT,
    syslog_rfc3164.FORMAT,
    logfmt.FORMAT,
)
TEXT = text.FORMAT
KEYED = (cloudwatch_export.FORMAT,)
"""Formats that are told by an object's key, and are tried with no other object."""
BY_NAME = {known.name: known for known in (*ORDER, *KEYED, TEXT)}
DRIVEN = tuple(known for known in ORDER if known.header is not None)
SAMPLE_RECORDS = 20


def detect(samples: Sequence[str], near_ms: int, key: str = "") -> Format:
    """The format that reads the most of the first records; the earlier in the order on a tie, text where none reads.

    A header line among them decides at once, and so does the object's `key` where the first record agrees.
    """
    first = samples[:SAMPLE_RECORDS]
    for candidate in KEYED:
        if first and candidate.key and candidate.key.search(key) and candidate.parse(first[0], near_ms):
            return candidate
    for candidate in DRIVEN:
        if any(_names_fields(candidate, sample) for sample in first):
            return candidate
    best, most = TEXT, 0
    for candidate in ORDER:
        read = sum(candidate.parse(sample, near_ms) is not None for sample in first)
        if read > most:
            best, most = candidate, read
    return best


def _names_fields(candidate: Format, sample: str) -> bool:
    return candidate.header is not None and bool(candidate.header.read(sample, None))


class Reader:
    """Reads the raw records of one object in their order; `header` is the state of a header-driven format.

    Where the format was `declared`, a record that it cannot read is text with a `parse_error`; no other is tried.
    """

    def __init__(self, chosen: Format, near_ms: int, header: str | None = None, *, declared: bool = False) -> None:
        self._chosen = chosen
        self._declared = declared
        self._near_ms = near_ms
        self.header = header
        self._parse = chosen.header.bind(header) if chosen.header else chosen.parse

    def read(self, raw: str) -> tuple[str, Parsed] | None:
        """The name of the format that reads `raw` (the chosen one first, then the others, then text) and what it read.

        None for a header line, which is no record.
        """
        driven = self._chosen.header
        if driven is not None and (state := driven.read(raw, self.header)) is not None:
            self.header, self._parse = state, driven.bind(state)
            return None
        parsed = self._parse(raw, self._near_ms)
        if parsed is not None:
            return self._chosen.name, parsed
        if self._declared:
            parsed = text.parse(raw, self._near_ms)
            parsed.parse_error = f"the record is not of the declared format {self._chosen.name}"
            return TEXT.name, parsed
        for other in ORDER:
            if other is not self._chosen and (parsed := other.parse(raw, self._near_ms)) is not None:
                return other.name, parsed
        return TEXT.name, text.parse(raw, self._near_ms)
