"""Say when the alarms ring: one rule each, named like its section in docs/operations.md.

CloudWatch's functions of several series, such as `SUM([a, b])`, leave out the series that have no value for a period.
Arithmetic gives none then, and none if it would divide by zero. `FILL` gives none where a series has no value at all,
so that no rule relies on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from log_processor.work.deadline import compute_margin_ms

from stacks.config import Config

OURS = "LogPipeline"
"""The namespace of the function's own metrics."""
PERIOD_S = 300
Missing = Literal["notBreaching", "ignore"]


@dataclass(frozen=True, slots=True)
class WatchedNames:
    """The names of what is watched; they may be Terraform tokens."""

    function: str
    work_queue: str
    dead_letters: str
    log_table: str
    ledger_table: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A statistic of one metric; expressions call it `id`."""

    id: str
    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """When an alarm rings: if the value is above `threshold` in `datapoints` of the last `periods` periods.

    - `meaning`: what is wrong then, in a sentence of the alarm's description.
    - `measures`: the value, or what it is computed from.
    - `expressions`: how it is computed, by id; the last one is the value. None if there is one measure.
    - `missing`: what a period without a value is. `notBreaching`: all is well, because what is counted did not happen.
      `ignore`: the alarm stays as it is, because nothing was tried that could show a mend.
    """

    name: str
    meaning: str
    measures: tuple[Measure, ...]
    threshold: float
    expressions: Mapping[str, str] = field(default_factory=dict)
    period_s: int = PERIOD_S
    periods: int = 1
    datapoints: int = 1
    missing: Missing = "notBreaching"


def list_alarm_rules(config: Config, names: WatchedNames) -> list[AlarmRule]:
    """Return the rules of all alarms."""
    return [
        _build_dead_letters(names),
        _build_dropped(names),
        _build_backlog(config, names),
        _build_objective(config, names),
        _build_errors(config, names),
        _build_duration(config, names),
        _build_throttles(config, names),
        _build_denied(names),
        _build_unparsed(config, names),
    ]


def _build_dead_letters(names: WatchedNames) -> AlarmRule:
    letters = _measure_queue("letters", "ApproximateNumberOfMessagesVisible", names.dead_letters)
    return AlarmRule("dead-letters", "Events or ranges failed for good and wait as dead letters.", (letters,), 0)


def _build_dropped(names: WatchedNames) -> AlarmRule:
    """Ring for events that are gone: cut as an endless loop, or refused by the dead-letter queue."""
    return AlarmRule(
        "dropped",
        "Lambda dropped events without a dead letter.",
        (
            _measure_lambda("loops", "RecursiveInvocationsDropped", "Sum", names),
            _measure_lambda("letters", "DeadLetterErrors", "Sum", names),
        ),
        0,
        {"dropped": "SUM([loops, letters])"},
    )


def _build_backlog(config: Config, names: WatchedNames) -> AlarmRule:
    """Ring if the oldest message or event waits too long, or the backlog will at the pace of the last minutes."""
    return AlarmRule(
        "backlog",
        f"Work waits, or will wait, for more than {config.alarm_backlog_minutes} minutes (in seconds).",
        (
            _measure_queue("oldest", "ApproximateAgeOfOldestMessage", names.work_queue),
            _measure_lambda("event_ms", "AsyncEventAge", "Maximum", names),
            _measure_queue("waiting", "ApproximateNumberOfMessagesVisible", names.work_queue),
            _measure_queue("deleted", "NumberOfMessagesDeleted", names.work_queue, "Sum"),
        ),
        config.alarm_backlog_minutes * 60,
        {
            "event": "event_ms / 1000",
            "rest": f"waiting * {PERIOD_S} / deleted",
            "seconds": "MAX([oldest, event, rest])",
        },
        periods=3,
        datapoints=3,
    )


def _build_objective(config: Config, names: WatchedNames) -> AlarmRule:
    """Ring if too many ranges of the last hour were late or failed; those that wait are the backlog's."""
    limit_ms = config.objective_minutes * 60_000
    return AlarmRule(
        "objective",
        f"Less than {config.objective_percent} % of the last hour's ranges were stored within "
        f"{config.objective_minutes} minutes (per cent that were not).",
        (
            _measure_ours("late", "Lag", f"TC({limit_ms}:)", names),
            _measure_ours("stored", "Lag", "SampleCount", names),
            _measure_ours("failed", "Failed", "Sum", names),
        ),
        100 - config.objective_percent,
        {"missed": "100 * SUM([late, failed]) / SUM([stored, failed])"},
        period_s=3600,
    )


def _build_errors(config: Config, names: WatchedNames) -> AlarmRule:
    return AlarmRule(
        "errors",
        f"More than {config.alarm_error_percent} % of the invocations fail.",
        (
            _measure_lambda("errors", "Errors", "Sum", names),
            _measure_lambda("invocations", "Invocations", "Sum", names),
        ),
        config.alarm_error_percent,
        {"percent": "100 * errors / invocations"},
        periods=3,
        datapoints=2,
    )


def _build_duration(config: Config, names: WatchedNames) -> AlarmRule:
    """Ring in the second half of the margin that the function keeps at its end to flush and to record."""
    whole_ms = config.function_timeout_s * 1000
    return AlarmRule(
        "duration",
        f"Invocations take almost their {config.function_timeout_s} seconds (in milliseconds).",
        (_measure_lambda("longest", "Duration", "Maximum", names),),
        whole_ms - compute_margin_ms(whole_ms) / 2,
        periods=3,
        datapoints=2,
    )


def _build_throttles(config: Config, names: WatchedNames) -> AlarmRule:
    return AlarmRule(
        "throttles",
        f"Lambda or the tables throttle more than {config.alarm_throttles} calls in five minutes, for a quarter hour.",
        (
            _measure_lambda("invocations", "Throttles", "Sum", names),
            _measure_ours("writes", "TableThrottles", "Sum", names),
        ),
        config.alarm_throttles,
        {"throttled": "SUM([invocations, writes])"},
        periods=3,
        datapoints=3,
    )


def _build_denied(names: WatchedNames) -> AlarmRule:
    """Ring until no attempt has been denied for 20 minutes: a denied range is tried again after 15 at most."""
    denied = _measure_ours("denied", "Denied", "Sum", names)
    return AlarmRule("denied", "The function is denied access; its ranges wait.", (denied,), 0, periods=4)


def _build_unparsed(config: Config, names: WatchedNames) -> AlarmRule:
    return AlarmRule(
        "unparsed",
        f"More than {config.alarm_unparsed_percent} % of the records do not parse and are stored as text: "
        "a format has changed.",
        (
            _measure_ours("texts", "TextFallbacks", "Sum", names),
            _measure_ours("records", "RecordsRead", "Sum", names),
        ),
        config.alarm_unparsed_percent,
        {"percent": "100 * texts / records"},
        period_s=900,
        missing="ignore",
    )


def _measure_queue(id_: str, name: str, queue: str, statistic: str = "Maximum") -> Measure:
    return Measure(id_, "AWS/SQS", name, statistic, {"QueueName": queue})


def _measure_lambda(id_: str, name: str, statistic: str, names: WatchedNames) -> Measure:
    return Measure(id_, "AWS/Lambda", name, statistic, {"FunctionName": names.function})


def _measure_ours(id_: str, name: str, statistic: str, names: WatchedNames) -> Measure:
    return Measure(id_, OURS, name, statistic, {"FunctionName": names.function})
