"""The local AWS makes metrics of a log's lines as CloudWatch does, and says what it would not accept."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.embedded_format import EmbeddedFormatError, read_values
from emulator.aws.embedded_metrics import EmbeddedMetrics
from emulator.aws.function_logs import JSON, PLAIN, FunctionLogs
from emulator.aws.metrics import Clock, MetricStore

NOW_S = 1_780_000_000.0
AT_MS = 1_780_000_000_000


def read_clock_ms() -> int:
    return int(time.time() * 1000)


def write(**changes: Any) -> str:
    """Return a document with one metric and two sets of dimensions, changed at these places."""
    directive = {
        "Namespace": "LogPipeline",
        "Dimensions": [["Function"], ["Function", "Source"]],
        "Metrics": [{"Name": "Stored", "Unit": "Count"}],
    }
    metadata = {"Timestamp": AT_MS, "CloudWatchMetrics": [directive]}
    document = {"_aws": metadata, "Function": "processor", "Source": "web", "Stored": 7, "note": None}
    for place, value in changes.items():
        target: dict[str, Any] = directive if place in directive else metadata if place in metadata else document
        target[place] = value
    return json.dumps(document)


def test_a_document_is_a_value_for_each_set_of_dimensions() -> None:
    """An array is several values; what is named by no directive makes none."""
    values = read_values(write(Stored=[1, 2.5]), NOW_S)
    assert [(value.name, value.value, len(value.dimensions), value.at_ms) for value in values] == [
        ("Stored", 1, 1, AT_MS),
        ("Stored", 1, 2, AT_MS),
        ("Stored", 2.5, 1, AT_MS),
        ("Stored", 2.5, 2, AT_MS),
    ]


@pytest.mark.parametrize("line", ["", "{", '{"a": 1}', '["_aws"]', 'text with "_aws" in it', "null"])
def test_any_other_line_is_none(line: str) -> None:
    """The log has lines of other kinds too."""
    assert read_values(line, NOW_S) == []


METRIC = {"Name": "Stored", "Unit": "Count"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"_aws": []}, "no array"),
    ({"CloudWatchMetrics": {}}, "no array"),
    ({"CloudWatchMetrics": ["x"]}, "no directive"),
    ({"Timestamp": None}, "Timestamp is None"),
    ({"Timestamp": "now"}, "Timestamp is 'now'"),
    ({"Timestamp": True}, "Timestamp is True"),
    ({"Timestamp": AT_MS - 15 * 86_400_000}, "two weeks ago"),
    ({"Timestamp": AT_MS + 3 * 3_600_000}, "two hours ahead"),
    ({"Namespace": ""}, "namespace is ''"),
    ({"Namespace": "AWS/Lambda"}, "namespace is 'AWS/Lambda'"),
    ({"Namespace": "a" * 256}, "the namespace is"),
    ({"Namespace": "Zürich"}, "the namespace is"),
    ({"Namespace": None}, "namespace is None"),
    ({"Dimensions": []}, "array of arrays"),
    ({"Dimensions": "Function"}, "array of arrays"),
    ({"Dimensions": ["Function"]}, "no set of dimensions"),
    ({"Dimensions": [[f"d{number}" for number in range(31)]]}, "no set of dimensions"),
    ({"Dimensions": [[":d"]]}, "no name of a dimension"),
    ({"Dimensions": [["unknown"]]}, "unknown is None"),
    ({"Source": "zürich"}, "Source is 'zürich'"),
    ({"Source": "a\tb"}, "Source is"),
    ({"Source": " "}, "Source is ' '"),
    ({"Source": ""}, "Source is ''"),
    ({"Source": 7}, "Source is 7"),
    ({"Source": "x" * 1025}, "Source is"),
    ({"Metrics": []}, "1 to 100 metrics"),
    ({"Metrics": [METRIC] * 101}, "1 to 100 metrics"),
    ({"Metrics": [{"Name": "x" * 256}]}, "no name of a metric"),
    ({"Metrics": [METRIC | {"Unit": "Stück"}]}, "unit of Stored is 'Stück'"),
    ({"Metrics": [METRIC | {"StorageResolution": 5}]}, "resolution of Stored is 5"),
    ({"Metrics": [{"Name": "Missing"}]}, "Missing is None"),
    ({"Stored": "7"}, "Stored is '7'"),
    ({"Stored": True}, "Stored is True"),
    ({"Stored": float("nan")}, "Stored is nan"),
    ({"Stored": 2.0**361}, "Stored is"),
    ({"Stored": []}, "Stored is []"),
    ({"Stored": [1] * 101}, "Stored is"),
    ({"note": "x" * 300_000}, "has 300"),
]


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_what_cloudwatch_refuses(changes: dict[str, Any], reason: str) -> None:
    """Each limit that AWS documents, one step beyond it."""
    with pytest.raises(EmbeddedFormatError) as refused:
        read_values(write(**changes), NOW_S)
    assert reason in str(refused.value)


LIMITS: list[dict[str, Any]] = [
    {"Timestamp": AT_MS - 14 * 86_400_000},
    {"Namespace": "a" * 255},
    {"Dimensions": [[]]},
    {"Source": "x" * 1024},
    {"Metrics": [METRIC] * 100},
    {"Metrics": [METRIC | {"Unit": "Megabits/Second", "StorageResolution": 1}]},
    {"Stored": 2.0**360},
    {"Stored": [1] * 100},
]


@pytest.mark.parametrize("changes", LIMITS)
def test_what_is_at_a_limit_is_accepted(changes: dict[str, Any]) -> None:
    """The last value before each limit."""
    assert read_values(write(**changes), NOW_S)


def test_the_lines_of_a_log_become_metrics(tmp_path: Path) -> None:
    """Those that were there before are left out; a line counts once, and only when it is written to its end."""
    log = tmp_path / "processor.log"
    now = write(Timestamp=read_clock_ms())
    log.write_text(f"{now}\n")
    store = MetricStore()
    embedded = EmbeddedMetrics(tmp_path, store, Clock(), lambda _name: PLAIN)
    with log.open("a") as lines:
        for text in (f"START\n{now}\n{write(Source='zürich', Timestamp=read_clock_ms())}\n", now[:20], now[20:], "\n"):
            lines.write(text)
            lines.flush()
            embedded.collect()
    samples = store.read("LogPipeline", "Stored", {"Function": "processor"}, 0, 1e12)
    assert [sample.value for sample in samples] == [7, 7]
    (problem,) = embedded.problems
    assert problem.startswith("processor: the dimension Source is 'zürich'")


@pytest.mark.parametrize(("level", "kept"), [("DEBUG", 2), ("INFO", 2), ("WARN", 1), ("ERROR", 0)])
def test_lambda_drops_lines_below_the_level(tmp_path: Path, level: str, kept: int) -> None:
    """A document without a level is `INFO`, so a function whose level is `WARN` has no metrics of it."""
    store = MetricStore()
    embedded = EmbeddedMetrics(tmp_path, store, Clock(), lambda _name: FunctionLogs(JSON, level, "INFO"))
    documents = [write(Timestamp=read_clock_ms()), write(Timestamp=read_clock_ms(), level="warning")]
    (tmp_path / "processor.log").write_text("".join(f"{document}\n" for document in documents))
    embedded.collect()
    assert len(store.read("LogPipeline", "Stored", {"Function": "processor"}, 0, 1e12)) == kept


def test_metrics_have_the_time_of_the_local_aws(tmp_path: Path) -> None:
    """A test moves that on, and what functions log after that is dated after that."""
    store, clock = MetricStore(), Clock()
    embedded = EmbeddedMetrics(tmp_path, store, clock, lambda _name: PLAIN)
    clock.advance(3_600)
    (tmp_path / "processor.log").write_text(f"{write(Timestamp=read_clock_ms())}\n")
    embedded.collect()
    (sample,) = store.read("LogPipeline", "Stored", {"Function": "processor"}, 0, 1e12)
    assert 3_500 < sample.at_s - time.time() < 3_601
