"""Price what records use: write units, storage, and the function's time."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from ops.frame.read_budget import PRICES

GB = 10**9
STANDARD = "STANDARD"
PRICES_OF = {STANDARD: "dynamodb", "STANDARD_INFREQUENT_ACCESS": "dynamodb_infrequent_access"}
"""The table of the price list by the class of the log table."""
PROCESSOR_MB = 1769
"""The memory with which Lambda gives one whole processor; with less memory, time grows in proportion."""
GB_SECONDS_A_LINE = 38e-6
"""What the function takes for a line up to 1,769 MB: docs/capacity.md measures it for a million."""
RANGE_UNITS, ATTEMPT_UNITS = 1, 4
"""The write units of a ledger row: one for the plan, and for each attempt two for its begin and two for its end."""


@dataclass(frozen=True, slots=True)
class BilledUsage:
    """What a quantity of records uses.

    Write units of records, index and ledger; the function's GB-seconds; and bytes that are kept: items, index entries
    and the objects in S3. `table_class` is that of the log table and its index; the ledger is of class Standard.
    """

    record_units: float = 0
    index_units: float = 0
    ledger_units: float = 0
    gb_seconds: float = 0
    item_bytes: float = 0
    entry_bytes: float = 0
    object_bytes: float = 0
    table_class: str = STANDARD

    def __add__(self, other: "BilledUsage") -> "BilledUsage":
        """Return what both use, of which one may be without a table."""
        names = [one.name for one in fields(self) if one.name != "table_class"]
        table_class = other.table_class if self.table_class == STANDARD else self.table_class
        return replace(
            self, **{name: getattr(self, name) + getattr(other, name) for name in names}, table_class=table_class
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a bill: what is paid for, how much of it in which unit, and dollars; `monthly` if every month."""

    name: str
    amount: float
    unit: str
    dollars: float
    monthly: bool = False


def list_charges(usage: BilledUsage) -> Iterator[Charge]:
    """Yield what the usage costs by list prices: what is paid once, and then what is paid every month."""
    prices = load_prices()
    table, ledger = prices[PRICES_OF[usage.table_class]], prices[PRICES_OF[STANDARD]]
    for name, units, million in (
        ("DynamoDB: records", usage.record_units, table["million_write_units"]),
        ("DynamoDB: index", usage.index_units, table["million_write_units"]),
        ("DynamoDB: ledger", usage.ledger_units, ledger["million_write_units"]),
    ):
        yield Charge(name, units, "write units", units * million / 1e6)
    yield Charge("Lambda", usage.gb_seconds, "GB-seconds", usage.gb_seconds * prices["lambda"]["gb_second"])
    items, entries, objects = usage.item_bytes / GB, usage.entry_bytes / GB, usage.object_bytes / GB
    yield Charge("DynamoDB: kept", items + entries, "GB", (items + entries) * table["gb_month"], monthly=True)
    yield Charge("DynamoDB: backup", items, "GB", items * table["gb_month_recovery"], monthly=True)
    yield Charge("S3: objects", objects, "GB", objects * prices["compared"]["s3_gb_month"], monthly=True)


def describe_prices() -> str:
    """Return of where and when the prices are, and what they leave out."""
    prices = load_prices()
    return (
        f"list prices of {prices['region']}, {prices['as_of']}, without free tier, requests of S3 and SQS, "
        "CloudWatch, keys and transfer"
    )


@cache
def load_prices() -> dict[str, Any]:
    """Return the tables of the list prices."""
    return tomllib.loads(PRICES.read_text("utf-8"))


def price_messages(requests: int) -> float:
    """Return what so many requests of SQS cost in US dollars."""
    return requests * float(load_prices()["sqs"]["million_requests"]) / 1_000_000


def price_writes(units: int) -> float:
    """Return what so many write units of DynamoDB cost in US dollars."""
    return units * float(load_prices()["dynamodb"]["million_write_units"]) / 1_000_000
