"""Each attempt writes one line of the log and one document of metrics, which say what the ledger says."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from log_processor.errors import AccessDeniedError, ChainTooLongError, NotALogError, ServiceUnavailableError
from log_processor.metrics import METRICS, NAMESPACE
from log_processor.reporting import limit_logs, parse_trace_id
from log_processor.routing.routes import MAX_NAMED_SOURCES
from log_processor.storing.wire import Reply
from log_processor.work.chain import MAX_HOPS

from emulator.aws.embedded_format import EmbeddedValue, read_values
from tests.unit.log_processor.edges import TRACE, World, asks, client_error

DETAILED = {metric.name for metric in METRICS if metric.is_detailed}
COUNTS = {
    "RecordsRead": "read",
    "RecordsStored": "stored",
    "RecordsFiltered": "filtered",
    "RecordsRejected": "rejected",
}
SPLIT = {"split_threshold_bytes": 1, "range_bytes": 1_024}
HIDING = '[[route]]\nkeys = ["**"]\nsource = "people"\nredact = ["email"]\n'


def lines(count: int) -> bytes:
    return b"".join(b'{"n": %d, "level": "info"}\n' % number for number in range(count))


@dataclass
class Reports:
    """What the attempts of a test wrote: the lines of the log as their fields, and the documents."""

    capture: pytest.CaptureFixture[str]
    log: pytest.LogCaptureFixture
    written: list[str] = field(default_factory=list)

    def read_texts(self) -> list[str]:
        """Return the documents as they were written."""
        self.written += self.capture.readouterr().out.splitlines()
        return self.written

    def read_log(self) -> list[dict[str, Any]]:
        """Return the fields of the attempts' lines."""
        return [vars(record) for record in self.log.records if record.name == "log_processor.reporting"]

    def read(self, name: str, *dimensions: str) -> list[float]:
        """Return the values of a metric that has these dimensions beside the function's name."""
        return [
            value.value
            for value in self._read_values()
            if value.name == name and value.dimensions.keys() == {"FunctionName", *dimensions}
        ]

    def find_dimensions(self, dimension: str) -> set[str]:
        """Return the values that a dimension has."""
        return {value.dimensions[dimension] for value in self._read_values() if dimension in value.dimensions}

    def _read_values(self) -> list[EmbeddedValue]:
        return [value for text in self.read_texts() for value in read_values(text)]


@pytest.fixture
def reports(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[Reports]:
    with caplog.at_level(logging.INFO, "log_processor"):
        yield Reports(capsys, caplog)


@pytest.mark.parametrize("settings", [{}, SPLIT])
@pytest.mark.parametrize("clock", [None, 5])
def test_the_metrics_are_the_ledgers_counts(reports: Reports, settings: dict[str, int], clock: int | None) -> None:
    """However often the ranges are split and continued; by function, by source and by format alike."""
    world = World('[[route]]\nkeys = ["**"]\nexclude = [\'"n": 7\']\n', **settings)
    world.run(world.put(lines(200)), (asks(clock) for _ in range(100)) if clock else None)
    totals = world.totals()
    assert totals["read"] == 200
    assert totals["filtered"] == 11
    for dimensions in ((), ("Source",), ("Format",)):
        sums = {counted: sum(reports.read(name, *dimensions)) for name, counted in COUNTS.items()}
        assert sums == totals
    assert sum(reports.read("BytesRead")) >= len(lines(200))  # a range reads the rest of its last record too


def test_an_attempt_writes_two_lines(reports: Reports) -> None:
    """However many records it reads; both say of which request, which trace and which range they are."""
    world = World()
    world.once(world.put(lines(500)))
    (line,), (text,) = reports.read_log(), reports.read_texts()
    document = json.loads(text)
    said = TRACE.describe(world.put(lines(500)))
    assert said == {"trace_id": TRACE.trace_id, "object": "s3://source/web/a.log", "range": "v1#000000000000000-end"}
    for name, value in said.items():
        assert (line[name], document[name]) == (value, value)
    assert document["request_id"] == "request-1"
    counts = {name: line[name] for name in ("status", "attempt", "source", "format", "read", "stored", "counted")}
    assert list(counts.values()) == ["done", 1, "web", "json_lines", 500, 500, True]
    assert {value.namespace for value in read_values(text)} == {NAMESPACE}


def test_a_second_attempt_is_not_counted(reports: Reports) -> None:
    """Of two simultaneous attempts at a range, the one is counted whose word the ledger took."""
    world = World()
    work = world.put(lines(30))
    row = world.ledger.begin(work)
    world.once(work)
    world.ledger.begin = lambda *_: row  # type: ignore[method-assign]
    world.once(work)
    assert [line["counted"] for line in reports.read_log()] == [True, False]
    assert (reports.read("RecordsRead"), reports.read("Attempts")) == ([30], [1, 1])


def test_lag_is_of_ranges_that_are_at_their_end(reports: Reports) -> None:
    """From S3's event on; an object that no event named has none, nor has a range that is continued."""
    world = World()
    event_time = (datetime.now(UTC) - timedelta(minutes=3)).isoformat()
    world.once(world.put(lines(200)))
    world.run(replace(world.put(lines(200), "web/b.log"), event_time=event_time), iter([asks(5)]))
    assert [line["status"] for line in reports.read_log()] == ["done", "continued", "done"]
    (lag_ms,) = reports.read("Lag")
    assert 180_000 <= lag_ms < 200_000


def test_what_failed_for_good_is_counted(reports: Reports) -> None:
    """A photo fails for good; nothing of it is counted."""
    world = World()
    with pytest.raises(NotALogError):
        world.once(world.put(b"\x89PNG\r\n\x1a\n" + bytes(99)))
    assert (reports.read("FailedAttempts"), reports.read("Failed")) == ([1], [1])
    assert reports.read_log()[0]["reason"].startswith("NotALogError: ")
    assert reports.read("RecordsRead") == []


def test_a_range_that_cannot_be_begun_is_counted(reports: Reports) -> None:
    """A ledger that is not available fails the attempt before it has a number; nothing else would tell of it."""
    world = World()

    def refuse(_call: str) -> None:
        raise ServiceUnavailableError("the ledger")

    world.ledger.refuse = refuse
    with pytest.raises(ServiceUnavailableError):
        world.once(world.put(lines(3)))
    (line,) = reports.read_log()
    assert (line["status"], line["attempt"], line["reason"]) == ("failed", 0, "ServiceUnavailableError: the ledger")
    assert (reports.read("FailedAttempts"), reports.read("Failed"), reports.read("Attempts")) == ([1], [0], [1])


def test_a_failure_that_is_denied_its_archive_is_one(reports: Reports) -> None:
    """The attempt is reported with what the archive said, and not once more as one that waits."""
    world = World()

    def refuse(call: str, _key: str) -> None:
        if call != "get_object":
            raise client_error("AccessDenied", call)

    world.s3.refuse = refuse
    world.once(world.put(b"\x89PNG\r\n\x1a\n" + bytes(99)))
    assert (reports.read("FailedAttempts"), reports.read("Denied"), reports.read("Attempts")) == ([1], [1], [1])


def test_a_throttled_table_is_counted(reports: Reports) -> None:
    """Each try of a batch that the table did not take whole is one."""
    world = World()
    answers = iter([Reply(error="ProvisionedThroughputExceededException", payload={})] * 2)
    world.wire.judge = lambda _items: next(answers, None)
    world.once(world.put(lines(20)))
    assert reports.read("TableThrottles") == [2]


def test_a_denial_is_counted_before_an_attempt_too(reports: Reports) -> None:
    """The ledger may be what denies access: the range cannot be begun, and its line says so."""
    world = World()

    def refuse(call: str) -> None:
        if call == "begin":
            raise AccessDeniedError("the ledger")

    world.ledger.refuse = refuse
    world.once(world.put(lines(3)))
    (line,) = reports.read_log()
    assert (line["status"], line["attempt"], line["source"]) == ("denied", 0, "web")
    assert (reports.read("Denied"), reports.read("Attempts")) == ([1], [1])


def test_a_denied_object_is_counted(reports: Reports) -> None:
    """The attempt is denied, and its range waits."""
    world = World()

    def refuse(call: str, _key: str) -> None:
        raise client_error("AccessDenied", call)

    world.s3.refuse = refuse
    world.once(world.put(lines(3)))
    assert (reports.read("Denied"), reports.read("Failed")) == ([1], [0])


def test_a_chain_that_we_end_is_counted(reports: Reports) -> None:
    """A range that was handed on too often; its hops are those before the attempt."""
    world = World()
    with pytest.raises(ChainTooLongError):
        world.once(replace(world.put(lines(300)), hops=MAX_HOPS), asks(5))
    assert (reports.read("ChainsEnded"), reports.read("Hops")) == ([1], [MAX_HOPS])


def test_what_cannot_be_recorded_is_one_report(reports: Reports) -> None:
    """The ledger took the counts, and the queue refused what is left: the attempt failed, and is counted."""
    world = World()
    world.sqs.send_message_batch = lambda **_: {"Failed": [{"Id": "0"}]}  # type: ignore[method-assign]
    with pytest.raises(Exception, match="did not take"):
        world.once(world.put(lines(200)), asks(5))
    (line,) = reports.read_log()
    assert (line["status"], line["counted"]) == ("failed", True)
    assert sum(reports.read("RecordsRead")) == line["read"] > 0


def test_no_line_has_what_the_route_hides(reports: Reports) -> None:
    """Neither the records nor an error that quotes them."""
    world = World(HIDING)

    def refuse(call: str) -> None:
        if call == "end":
            raise AccessDeniedError("asking for ann@example.com")

    world.once(world.put(b'{"user": "ann@example.com"}\n' * 30))
    world.ledger.refuse = refuse
    world.once(world.put(b'{"user": "ann@example.com"}\n' * 30, "b.log"))
    said = [str(line) for line in reports.read_log()] + reports.read_texts()
    assert len(said) == 4
    assert "[email]" in said[1]
    assert not [text for text in said if "ann@" in text]


def test_what_refuses_a_failure_is_hidden_too(reports: Reports, caplog: pytest.LogCaptureFixture) -> None:
    """The outcome cannot be recorded: what the ledger says of that is hidden like the failure itself."""
    world = World(HIDING)

    def refuse(call: str) -> None:
        if call == "end":
            raise ServiceUnavailableError("no room for ann@example.com")

    world.ledger.refuse = refuse
    with pytest.raises(ServiceUnavailableError, match=r"no room for \[email\]") as raised:
        world.once(world.put(b"\x89PNG\r\n\x1a\n" + bytes(99)))
    (line,) = reports.read_log()
    assert line["reason"] == f"ServiceUnavailableError: {raised.value}"
    assert "ann@" not in caplog.text


def test_a_thousand_sources_are_one_metric(reports: Reports) -> None:
    """A source without a name of a route's is counted as `other`; the line of the log has its own name."""
    world = World('[[route]]\nkeys = ["web/**"]\nsource = "shop"\n')
    for number in range(1_000):
        world.once(world.put(lines(1), f"team-{number}/a.log"))
    world.once(world.put(lines(1)))
    assert reports.find_dimensions("Source") == {"other", "shop"}
    assert {(line["source"], line["metric_source"]) for line in reports.read_log()} >= {
        ("team-7", "other"),
        ("shop", "shop"),
    }


def test_the_named_sources_are_bounded() -> None:
    """The first ones of the file have metrics of their own."""
    routes = "".join(f'[[route]]\nkeys = ["{number}/**"]\nsource = "team-{number}"\n' for number in range(60))
    named = World(routes).routes.list_sources()
    assert named == {f"team-{number}" for number in range(MAX_NAMED_SOURCES)}


@pytest.mark.parametrize("key", ["zürich\n/a.log", "\u2028/a.log", f"{'x' * 900}/a.log", " /a.log"])
def test_odd_names_make_no_odd_metric(reports: Reports, key: str) -> None:
    """Whatever the key is, CloudWatch accepts the document, and the line of the log is one line."""
    world = World()
    world.once(world.put(lines(1), key))
    assert reports.find_dimensions("Source") == {"other"}
    (line,) = reports.read_log()
    assert line["object"].isprintable()
    assert line["source"].isprintable()


def test_the_documents_hold_every_metric(reports: Reports) -> None:
    """Each metric of the table is made, and those by source or format are the detailed ones alone."""
    world = World()
    world.once(replace(world.put(lines(2)), event_time=datetime.now(UTC).isoformat()))
    assert not [metric.name for metric in METRICS if not reports.read(metric.name)]
    assert {metric.name for metric in METRICS if reports.read(metric.name, "Source")} == DETAILED
    assert {metric.name for metric in METRICS if reports.read(metric.name, "Format")} == DETAILED


@pytest.mark.parametrize(
    ("header", "trace_id"),
    [
        ("Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a:0", "1-5759e988-bd862e3f"),
        ("Self=1-2-3; Root=1-5759e988-bd862e3f", "1-5759e988-bd862e3f"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_the_trace_is_the_root_of_the_header(header: str, trace_id: str) -> None:
    """What X-Ray knows the invocation by."""
    assert parse_trace_id(header) == trace_id


def test_no_library_logs_what_it_sends() -> None:
    """At `DEBUG`, the function's own lines are logged, and none of botocore's, which hold the records."""
    levels = {name: logging.getLogger(name).level for name in ("root", "log_processor")}
    try:
        logging.getLogger().setLevel(logging.DEBUG)  # as Lambda does for its log format
        limit_logs("DEBUG")
        assert logging.getLogger("log_processor.pipeline").isEnabledFor(logging.DEBUG)
        assert not logging.getLogger("botocore.endpoint").isEnabledFor(logging.INFO)
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
