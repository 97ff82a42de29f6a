"""Compute what alarms, dashboard, metrics and the lines of attempts cost a month, from `stacks/prices.toml`.

CloudWatch charges an alarm for each metric that it is computed from, and a metric for each of its dimensions. Run
`python -m benchmarks.watching`.
"""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from log_processor.metrics import METRICS

from benchmarks.cost import PRICES
from benchmarks.reporting import measure
from stacks.alarm_rules import AlarmRule, WatchedNames, list_alarm_rules
from stacks.config import Config

MILLION = 1_000_000
ATTEMPTS_MEASURED = 10


def build_table(rules: Sequence[AlarmRule], prices: Mapping[str, Any], log_gb: float) -> list[str]:
    """Return the rows of the table in docs/capacity.md; `log_gb` is the price of a GB of log."""
    of_alarms, detailed = sum(len(rule.measures) for rule in rules), sum(metric.is_detailed for metric in METRICS)
    metrics = len(METRICS) + 2 * detailed
    _, line_bytes = measure(ATTEMPTS_MEASURED)
    alarms, dashboard = of_alarms * prices["alarm_metric_month"], prices["dashboard_month"]
    own, lines = metrics * prices["custom_metric_month"], line_bytes * MILLION / 1e9 * log_gb
    return [
        "| what | how many | $ a month |",
        "|---|---|---|",
        f"| alarms | {len(rules)}, of {of_alarms} metrics | {alarms:.2f} |",
        f"| dashboard | 1; the account's first three are free | {dashboard:.2f} |",
        f"| the function's metrics | {metrics}; {detailed} more for each further format or named source | {own:.2f} |",
        f"| lines of a million attempts | {line_bytes * MILLION / 1e9:.1f} GB of log | {lines:.2f} |",
        f"| together | | {alarms + dashboard + own + lines:.2f} |",
    ]


def main() -> int:
    """Print the table."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    rules = list_alarm_rules(Config(), WatchedNames("function", "work", "letters", "logs", "ledger"))
    sys.stdout.write(
        "\n".join(build_table(rules, prices["cloudwatch"], prices["compared"]["cloudwatch_logs_gb_ingested"])) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
