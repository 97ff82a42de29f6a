"""Test records of one format that are embedded in those of another: in a container's line, or with a log service."""

from typing import Any

import pytest
from log_processor.formats.lib.format import CarrierKind, Format
from log_processor.formats.registry import BY_NAME

LAST_MODIFIED_MS = 1_777_881_600_000
CRI = "2026-05-04T10:00:00.123456789Z stdout F "
TIME_MS = 1_777_888_800_123
ELSEWHERE = {"syslog_rfc3164", "timed_text", "text"}
"""Whose lines other formats, or any text, read much alike."""
SAMPLED = [
    known
    for known in BY_NAME.values()
    if "\n" not in known.sample and known.carrier is None and known.name not in ELSEWHERE
]


def parse_in_container(line: str) -> dict[str, Any]:
    """Return the fields of a container's line with this text."""
    parsed = BY_NAME["cri"].parse(CRI + line, LAST_MODIFIED_MS)
    assert parsed is not None
    assert parsed.timestamp_ms == TIME_MS
    return parsed.fields


def test_a_format_must_decide_where_it_may_be_embedded() -> None:
    """There is no default: a format without `embedded` cannot be imported."""
    with pytest.raises(TypeError, match="'embedded'"):
        Format(  # type: ignore[call-arg]
            "new", lambda _text, _last_modified_ms: None, title="New", specification="", schema=(), sample="new"
        )


@pytest.mark.parametrize("known", SAMPLED, ids=lambda known: known.name)
def test_a_format_is_embedded_as_it_declares(known: Format) -> None:
    """Its sample is parsed with all of its fields in a container's line if the format allows that, and else is not."""
    alone = known.parse(known.sample, LAST_MODIFIED_MS)
    assert alone is not None
    own = {name: value for name, value in alone.fields.items() if name != "message"}
    fields = parse_in_container(known.sample)
    allowed = known.embedded is not None and CarrierKind.CONTAINER in known.embedded.carriers
    assert (own.items() <= fields.items()) is allowed, fields


def test_redis_is_parsed_in_a_container_s_line() -> None:
    """The server's role is read as in a line of its own."""
    line = "1:M 04 May 2026 10:00:00.123 * Ready to accept connections"
    fields = parse_in_container(line)
    assert (fields["redis.role"], fields["message"]) == ("master", line)


def test_syslog_is_parsed_in_a_container_s_line() -> None:
    """RFC 5424's header and structured data are read as in a line of their own."""
    fields = parse_in_container('<165>1 2026-05-04T10:00:00.003Z host app 42 ID47 [id@32473 iut="3"] started')
    assert fields["syslog.structured_data"] == {"id@32473": {"iut": "3"}}
    assert (fields["host.name"], fields["service.name"], fields["process.pid"]) == ("host", "app", 42)


def test_haproxy_is_parsed_in_a_container_after_a_priority() -> None:
    """A priority before the line does not hide it."""
    line = "<134>192.0.2.1:33317 [04/May/2026:10:00:11.655] ssh ssh/s1 1/2/10 2750 -- 1/1/1/1/0 0/0"
    assert parse_in_container(line)["haproxy.backend"] == "ssh"


def test_a_log_service_may_embed_what_a_container_does() -> None:
    """An application's line is read alike if it comes by CloudWatch Logs."""
    line = "1:M 04 May 2026 10:00:00.123 * Ready to accept connections"
    parsed = BY_NAME["cloudwatch_export"].parse(f"2026-05-04T10:00:01.000Z {line}", LAST_MODIFIED_MS)
    assert parsed is not None
    assert (parsed.fields["redis.role"], parsed.timestamp_ms) == ("master", TIME_MS)


def test_an_aws_format_is_not_parsed_in_a_container() -> None:
    """Only a log service may embed it: an object in a container's log with the same members stays as it is."""
    event = '{"eventSource": "s3.amazonaws.com", "eventVersion": "1.08", "eventTime": "2026-05-04T10:00:00Z"}'
    assert "cloud.account.id" not in parse_in_container(event)
