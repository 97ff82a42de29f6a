"""Compute what alarms and dashboard cost a month, from `stacks/prices.toml`.

CloudWatch charges an alarm for each metric that it is computed from. Run `python -m benchmarks.watching`.
"""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.cost import PRICES
from stacks.alarm_rules import AlarmRule, WatchedNames, list_alarm_rules
from stacks.config import Config


def build_table(rules: Sequence[AlarmRule], prices: Mapping[str, Any]) -> list[str]:
    """Return the rows of the table in docs/capacity.md."""
    metrics = sum(len(rule.measures) for rule in rules)
    alarms, dashboard = metrics * prices["alarm_metric_month"], prices["dashboard_month"]
    return [
        "| what | how many | $ a month |",
        "|---|---|---|",
        f"| alarms | {len(rules)}, of {metrics} metrics | {alarms:.2f} |",
        f"| dashboard | 1; the account's first three are free | {dashboard:.2f} |",
        f"| together | | {alarms + dashboard:.2f} |",
    ]


def main() -> int:
    """Print the table."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    rules = list_alarm_rules(Config(), WatchedNames("function", "work", "letters", "logs", "ledger"))
    sys.stdout.write("\n".join(build_table(rules, prices["cloudwatch"])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
