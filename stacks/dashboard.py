"""Create the dashboard, which answers three questions: does it keep up, what fails, and what does it cost."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct
from log_processor.storing.index_entry import QUERY_INDEX

from stacks.alarm_rules import OURS, WatchedNames
from stacks.config import Config

PRICES = Path(__file__).with_name("prices.toml")
COLUMNS, HEIGHT, HEADING_HEIGHT = 24, 6, 1
Widget = dict[str, Any]
Series = list[Any]


class Dashboard(Construct):
    """The dashboard of one environment, named like its resources."""

    def __init__(
        self, scope: Construct, id_: str, *, config: Config, names: WatchedNames, alarm_arns: Sequence[str]
    ) -> None:
        super().__init__(scope, id_)
        rows = [
            ("Does it keep up?", _build_pace(config, names)),
            ("What fails?", _build_failures(config, names, alarm_arns)),
            ("What does it cost?", _build_cost(config, names)),
        ]
        body = json.dumps({"start": "-PT24H", "widgets": _arrange(rows)})
        CloudwatchDashboard(self, "dashboard", dashboard_name=config.prefix, dashboard_body=body)


def _build_pace(config: Config, names: WatchedNames) -> list[Widget]:
    limit = {"horizontal": [{"label": "objective", "value": config.objective_minutes * 60_000}]}
    function = {"FunctionName": names.function}
    queue = {"QueueName": names.work_queue}
    return [
        _graph(
            f"Time from event to stored, ms ({config.objective_percent} % have to be below the line)",
            config.region,
            [
                _series(OURS, "Lag", function, stat="p50"),
                _series(OURS, "Lag", function, stat=f"p{config.objective_percent}"),
            ],
            annotations=limit,
        ),
        _graph(
            "Waiting: messages, and seconds of the oldest",
            config.region,
            [
                _series("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, stat="Maximum"),
                _series("AWS/SQS", "ApproximateNumberOfMessagesDelayed", queue, stat="Maximum"),
                _series("AWS/SQS", "ApproximateAgeOfOldestMessage", queue, stat="Maximum", yAxis="right"),
            ],
        ),
        _graph(
            "Records",
            config.region,
            [_series(OURS, name, function) for name in ("RecordsRead", "RecordsStored", "RecordsFiltered")],
        ),
    ]


def _build_failures(config: Config, names: WatchedNames, alarm_arns: Sequence[str]) -> list[Widget]:
    function = {"FunctionName": names.function}
    alarms = {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarm_arns)}}
    tables = {"log table": names.log_table, "ledger": names.ledger_table}
    return [
        *([alarms] if alarm_arns else []),
        _graph(
            "Invocations that failed, and what gave up",
            config.region,
            [
                *(_series("AWS/Lambda", name, function) for name in ("Errors", "DeadLetterErrors")),
                _series(OURS, "Failed", function),
                _series(OURS, "Denied", function),
                _series(
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    {"QueueName": names.dead_letters},
                    stat="Maximum",
                    label="dead letters",
                ),
            ],
        ),
        _graph(
            "Throttled",
            config.region,
            [
                _series("AWS/Lambda", "Throttles", function),
                _series(OURS, "TableThrottles", function),
                *(
                    _series("AWS/DynamoDB", "WriteThrottleEvents", {"TableName": table}, label=label)
                    for label, table in tables.items()
                ),
            ],
        ),
        _graph(
            "Records that did not parse",
            config.region,
            [_series(OURS, name, function) for name in ("RecordsRejected", "TextFallbacks")],
        ),
    ]


def _build_cost(config: Config, names: WatchedNames) -> list[Widget]:
    """Return what the function and its writes cost by list prices; storage, S3 and CloudWatch are not in it."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    memory_gb = config.function_memory_mb / 1024
    per_ms = memory_gb / 1000 * prices["lambda"]["gb_second"]
    per_request = prices["lambda"]["million_requests"] / 1e6
    per_unit = prices["dynamodb"]["million_write_units"] / 1e6
    units = _list_units(config, names)
    hidden = [
        _series("AWS/Lambda", "Duration", {"FunctionName": names.function}, id="ms", visible=False),
        _series("AWS/Lambda", "Invocations", {"FunctionName": names.function}, id="requests", visible=False),
        _series(OURS, "BytesRead", {"FunctionName": names.function}, id="bytes", visible=False),
        *([*one[:-1], one[-1] | {"visible": False}] for one in units),
    ]
    writing = f"SUM([{', '.join(one[-1]['id'] for one in units)}]) * {per_unit:.12f}"
    running = f"ms * {per_ms:.12f} + requests * {per_request:.12f}"
    return [
        _graph(
            f"Dollars a period, list prices of {prices['as_of']}",
            config.region,
            [*hidden, _expression("function", running), _expression("writes", writing)],
        ),
        _graph(
            "Dollars a GB of log lines",
            config.region,
            [*hidden, _expression("gb", f"SUM([{running}, {writing}]) / (bytes / 1000000000)", "dollars a GB")],
        ),
        _graph("Write units", config.region, units),
    ]


def _list_units(config: Config, names: WatchedNames) -> list[Series]:
    index = {"TableName": names.log_table, "GlobalSecondaryIndexName": QUERY_INDEX}
    tables: dict[str, Mapping[str, str]] = {
        "records": {"TableName": names.log_table},
        **({"index": index} if config.index_shards else {}),
        "ledger": {"TableName": names.ledger_table},
    }
    return [
        _series("AWS/DynamoDB", "ConsumedWriteCapacityUnits", dimensions, id=id_, label=id_)
        for id_, dimensions in tables.items()
    ]


def _series(namespace: str, name: str, dimensions: Mapping[str, str], **options: Any) -> Series:
    """Return a metric as a dashboard writes it: namespace, name, each dimension and its value, and options."""
    return [namespace, name, *(part for pair in dimensions.items() for part in pair), {"stat": "Sum"} | options]


def _expression(id_: str, text: str, label: str = "") -> Series:
    return [{"id": id_, "expression": text, "label": label or id_}]


def _graph(title: str, region: str, metrics: Sequence[Series], annotations: Mapping[str, Any] | None = None) -> Widget:
    properties = {"title": title, "view": "timeSeries", "period": 300, "region": region, "metrics": list(metrics)}
    return {"type": "metric", "properties": properties | ({"annotations": annotations} if annotations else {})}


def _arrange(rows: Sequence[tuple[str, Sequence[Widget]]]) -> list[Widget]:
    """Return the widgets with their spots: each row has a heading, and its widgets share the width."""
    arranged: list[Widget] = []
    y = 0
    for heading, widgets in rows:
        text = {"type": "text", "properties": {"markdown": f"## {heading}"}}
        arranged.append(text | {"x": 0, "y": y, "width": COLUMNS, "height": HEADING_HEIGHT})
        y += HEADING_HEIGHT
        width = COLUMNS // len(widgets)
        spots = ({"x": number * width, "y": y, "width": width, "height": HEIGHT} for number in range(len(widgets)))
        arranged.extend(widget | spot for widget, spot in zip(widgets, spots, strict=True))
        y += HEIGHT
    return arranged
