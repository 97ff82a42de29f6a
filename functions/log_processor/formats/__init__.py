"""The formats in their explicit order, and the detection that chooses one for an object from its first records."""

from collections.abc import Sequence

from log_processor.formats import (
    access,
    alb,
    apache_error,
    clb,
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
    s3_access,
    syslog_rfc3164,
    syslog_rfc5424,
    text,
)
from log_processor.formats.base import Format
from log_processor.record import Parsed

ORDER: tuple[Format, ...] = (
    docker_json.FORMAT,
    json_lines.FORMAT,
    access.FORMAT,
    alb.FORMAT,
    nlb.FORMAT,
    clb.FORMAT,
    s3_access.FORMAT,
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
    logfmt.FORMAT,
    syslog_rfc3164.FORMAT,
)
TEXT = text.FORMAT
BY_NAME = {known.name: known for known in (*ORDER, TEXT)}
SAMPLE_RECORDS = 20


def detect(samples: Sequence[str], near_ms: int) -> Format:
    """The format that reads the most of the first records; the earlier in the order on a tie, text where none reads."""
    best, most = TEXT, 0
    for candidate in ORDER:
        read = sum(candidate.parse(sample, near_ms) is not None for sample in samples[:SAMPLE_RECORDS])
        if read > most:
            best, most = candidate, read
    return best


def read(chosen: Format, raw: str, near_ms: int) -> tuple[str, Parsed]:
    """The name of the format that reads `raw` (the chosen one first, then the others, then text) and what it read."""
    parsed = chosen.parse(raw, near_ms)
    if parsed is not None:
        return chosen.name, parsed
    for other in ORDER:
        if other is not chosen and (parsed := other.parse(raw, near_ms)) is not None:
            return other.name, parsed
    return TEXT.name, text.parse(raw, near_ms)
