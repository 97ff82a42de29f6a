"""Lay out what records cost as a table: once, and every month, and for each GB of lines."""

from collections.abc import Mapping, Sequence

from ops.frame.output import Cell, print_lines, print_table
from ops.pricing.usage import GB, BilledUsage, Charge, describe_prices, list_charges

HEADINGS = ("", "used", "", "$", "$ a GB of lines")
MODEL = "by the model"


def print_bill(usage: BilledUsage, text_bytes: float, model: BilledUsage | None = None) -> None:
    """Print what decompressed lines of `text_bytes` have used and cost, with sums; beside it what a model expects."""
    expected = None if model is None else list(list_charges(model))
    headings = HEADINGS if expected is None else (*HEADINGS, MODEL)
    print_table(headings, list_rows(list(list_charges(usage)), expected, text_bytes))
    print_lines([f"({describe_prices()})"])


def list_rows(charges: Sequence[Charge], expected: Sequence[Charge] | None, text_bytes: float) -> list[Sequence[Cell]]:
    """Return the rows of the table: what is paid once, its sum, what is paid every month, and its sum."""
    by_name = {charge.name: charge.dollars for charge in expected or ()}
    rows: list[Sequence[Cell]] = []
    for monthly, title in ((False, "to take in"), (True, "to keep, a month")):
        part = [charge for charge in charges if charge.monthly == monthly]
        cells = [(*_build_row(charge, text_bytes), by_name.get(charge.name, 0.0)) for charge in part]
        total = sum(charge.dollars for charge in part)
        last = (title, "", "", format_dollars(total), _divide(total, text_bytes), sum(row[-1] for row in cells))
        rows += [(*row[:-1], *([] if expected is None else [_divide(row[-1], text_bytes)])) for row in (*cells, last)]
    return rows


def build_json(usage: BilledUsage, text_bytes: float) -> Mapping[str, object]:
    """Return the charges as one object, dollars as numbers."""
    charges = list(list_charges(usage))
    return {
        "charges": [
            {"name": one.name, "used": one.amount, "unit": one.unit, "dollars": one.dollars, "monthly": one.monthly}
            for one in charges
        ],
        "dollars_once": sum(one.dollars for one in charges if not one.monthly),
        "dollars_a_month": sum(one.dollars for one in charges if one.monthly),
        "text_bytes": text_bytes,
        "prices": describe_prices(),
    }


def sum_dollars(usage: BilledUsage, *, monthly: bool) -> float:
    """Return the dollars that are paid every month, or once."""
    return sum(charge.dollars for charge in list_charges(usage) if charge.monthly == monthly)


def _build_row(charge: Charge, text_bytes: float) -> tuple[str, str, str, str, str]:
    amount = f"{charge.amount:,.0f}" if charge.unit == "write units" else f"{charge.amount:,.3f}"
    return charge.name, amount, charge.unit, format_dollars(charge.dollars), _divide(charge.dollars, text_bytes)


def _divide(dollars: float, text_bytes: float) -> str:
    return format_dollars(dollars / text_bytes * GB) if text_bytes else "-"


def format_dollars(dollars: float) -> str:
    """Return dollars with as many decimals as show something: 12.34, 0.0123, 0.00004."""
    if dollars >= 1 or dollars == 0:
        return f"{dollars:,.2f}"
    return f"{dollars:.4f}" if dollars >= 0.001 else f"{dollars:.6f}"
