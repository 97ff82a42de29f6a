"""Show how the demo went: the account for each object on the console, the totals as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table

from emulator.demo.ledger import ObjectAccount
from emulator.demo.logs import LogFile
from emulator.verify.account import DynamoItem, Tally
from emulator.verify.failures import ArchivedObject, DeadLetter

SHOWN_ERRORS = 10
SHOWN_TEXT = 100


@dataclass(frozen=True)
class ObjectOutcome:
    """One uploaded file: what the ledger says of it, and how the table differs from the file."""

    log: LogFile
    account: ObjectAccount
    tally: Tally


@dataclass(frozen=True)
class Outcome:
    """What the demo found; `seconds` has setup, apply and ingest, `strays` what the table holds of no uploaded file."""

    objects: list[ObjectOutcome]
    dead_letters: list[DeadLetter]
    archived: list[ArchivedObject]
    records: list[DynamoItem]
    seconds: Mapping[str, float]
    strays: Tally = field(default_factory=Tally)

    @property
    def tally(self) -> Tally:
        """All differences between table and files."""
        return sum((outcome.tally for outcome in self.objects), self.strays)

    @property
    def unsettled(self) -> list[str]:
        """The keys of objects that the function has not finished."""
        return [outcome.log.key for outcome in self.objects if not outcome.account.settled]

    @property
    def good(self) -> bool:
        """Whether every record stands in the table exactly once and nothing is left to do."""
        return not (self.tally.lost or self.tally.duplicates or self.unsettled)


def report(outcome: Outcome) -> dict[str, Any]:
    """Return the totals: counts of records by the ledger, `lost` and `duplicates` by the independent account."""
    accounts = [entry.account for entry in outcome.objects]
    return {
        "objects": len(outcome.objects),
        "records_read": sum(account.read for account in accounts),
        "stored": sum(account.stored for account in accounts),
        "filtered": sum(account.filtered for account in accounts),
        "rejected": sum(account.rejected for account in accounts),
        "lost": outcome.tally.lost,
        "duplicates": outcome.tally.duplicates,
        "dead_letters": len(outcome.dead_letters),
        "archived": len(outcome.archived),
        "seconds": {name: round(seconds, 1) for name, seconds in outcome.seconds.items()},
        "wrong": outcome.tally.wrong,
        "unsettled": len(outcome.unsettled),
    }


def write_report(outcome: Outcome, path: Path) -> None:
    """Write the totals as one JSON object."""
    path.write_text(json.dumps(report(outcome), indent=2) + "\n", encoding="utf-8")


def show(outcome: Outcome, console: Console, build_dir: Path) -> None:
    """Print the account: objects, failures, a few records, totals, and where to go next."""
    console.print(_objects(outcome), _renamed(outcome), _failures(outcome), _records(outcome), sep="\n")
    console.print(_verdict(outcome), highlight=False)
    console.print(_next_steps(build_dir), highlight=False)


def _objects(outcome: Outcome) -> Table:
    table = Table(title="Objects", title_justify="left", title_style="bold", show_footer=True, box=SIMPLE, padding=0)
    totals = report(outcome)
    table.add_column("object", "total", overflow="fold", ratio=1)
    table.add_column("format", no_wrap=True)
    for name in ("read", "stored", "filtered", "rejected"):
        total = totals["records_read" if name == "read" else name]
        table.add_column(name, f"{total:,}", justify="right", no_wrap=True)
    table.add_column("time", f"{outcome.seconds['ingest']:.1f} s", justify="right", no_wrap=True)
    table.add_column("ended", no_wrap=True)
    for entry in outcome.objects:
        account = entry.account
        counts = (account.read, account.stored, account.filtered, account.rejected)
        seconds = f"{account.duration_ms / 1000:.2f} s"
        color = {"done": "green", "failed": "red"}.get(account.status, "yellow")
        numbers = (f"{count:,}" for count in counts)
        table.add_row(escape(entry.log.key), account.format, *numbers, seconds, f"[{color}]{account.status}[/]")
    return table


def _renamed(outcome: Outcome) -> str:
    renamed = [entry.log for entry in outcome.objects if entry.log.renamed]
    if not renamed:
        return ""
    lines = [f"  {escape(log.path.name)} as {escape(log.key)}" for log in renamed[:SHOWN_ERRORS]]
    head = f"{len(renamed)} files were uploaded with another suffix, since the notification passes theirs over:"
    return "\n".join([head, *lines, *_more(renamed)])


def _failures(outcome: Outcome) -> Group:
    queue = [f"  {escape(letter.key)}: {escape(letter.error)}" for letter in outcome.dead_letters[:SHOWN_ERRORS]]
    archive = [f"  {escape(entry.document_key)}" for entry in outcome.archived[:SHOWN_ERRORS]]
    return Group(
        f"[bold]Dead-letter queue[/] ({len(outcome.dead_letters)} messages)",
        *queue,
        *_more(outcome.dead_letters),
        f"[bold]Error archive[/] ({len(outcome.archived)} objects, each with its error document)",
        *archive,
        *_more(outcome.archived),
    )


def _more(entries: list[Any]) -> list[str]:
    rest = len(entries) - SHOWN_ERRORS
    return [f"  and {rest:,} more"] if rest > 0 else []


def _records(outcome: Outcome) -> Table:
    table = Table(title="A few stored records", title_justify="left", title_style="bold", box=SIMPLE, padding=0)
    for name in ("log_id", "timestamp", "format", "log_data"):
        table.add_column(name, overflow="fold" if name == "log_id" else "ellipsis", no_wrap=name != "log_data")
    for item in outcome.records:
        text = item["log_data"]["S"]
        shown = text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}…"
        cells = (item["log_id"]["S"], item["timestamp"]["N"], item.get("format", {}).get("S", "-"), printable(shown))
        table.add_row(*map(escape, cells))
    return table


def printable(text: str) -> str:
    """Return the text with control characters spelled out, so that no log line moves the cursor."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _verdict(outcome: Outcome) -> str:
    tally = outcome.tally
    seconds = ", ".join(f"{name} {value:.0f} s" for name, value in outcome.seconds.items())
    if outcome.good:
        return f"[bold green]Every record of the source files stands in the table exactly once.[/] ({seconds})"
    unsettled = f" Not finished: {escape(', '.join(outcome.unsettled[:SHOWN_ERRORS]))}." if outcome.unsettled else ""
    return f"[bold red]{tally.lost:,} records lost, {tally.duplicates:,} duplicates.[/]{unsettled} ({seconds})"


def _next_steps(build_dir: Path) -> str:
    return "\n".join(
        [
            "[bold]Where to go next[/]",
            "  make demo LOGS=PATH      the same with your own log file or folder",
            f"  {escape(str(build_dir))}/          the report, the uploaded samples, the Terraform JSON and its state",
            "  README.md                how to deploy these stacks to an AWS account, and what operators do then",
        ]
    )
