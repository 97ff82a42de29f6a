"""Say before a read of DynamoDB or S3 what it costs, and stop it where the limit of the command is reached."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ops.errors import CommandError, TooMuchError
from ops.notes import print_note

PRICES = Path(__file__).resolve().parents[2] / "stacks" / "prices.toml"
UNIT_BYTES = 8 * 1024
"""What one read unit reads: 4 KiB, and of a read that is not strongly consistent twice as much."""
MIN_ANNOUNCED_BYTES = 1_000_000
"""A read of less costs less than a hundredth of a cent, and is not announced."""
SIZE = re.compile(r"(?P<count>\d{1,9}(?:\.\d{1,3})?)\s*(?P<unit>[kMGT]?)B?")
FACTORS = {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}


@dataclass(slots=True)
class ReadBudget:
    """How many bytes a command may read, and how many it has read; `remedy` says how to read less.

    A command that reads again and again may read so many each time, and announces it the first time alone.
    """

    max_bytes: int
    remedy: str = "name a shorter time"
    spent_bytes: int = 0
    rounds: int = 0

    @property
    def left_bytes(self) -> int:
        """Return how many more may be read."""
        return max(0, self.max_bytes - self.spent_bytes)

    def begin_round(self) -> None:
        """Begin to count anew, for a command that reads again."""
        self.rounds += 1
        self.spent_bytes = 0

    def announce(self, what: str, expected_bytes: int) -> None:
        """Print on standard error what a read of DynamoDB costs at most; raises `CommandError` above the limit."""
        self._announce(expected_bytes, f"{what}, about ${price_read(expected_bytes):.4f}")

    def announce_objects(self, what: str, expected_bytes: int) -> None:
        """Print what a read of S3 costs at most, outside of its region; raises `CommandError` above the limit."""
        cost = f"${price_transfer(expected_bytes):.4f} outside of its region, and nothing in it"
        self._announce(expected_bytes, f"{what} in S3, about {cost}")

    def _announce(self, expected_bytes: int, facts: str) -> None:
        cost = f"{format_size(expected_bytes)} of {facts}"
        if expected_bytes > self.left_bytes:
            wanted_bytes = self.spent_bytes + expected_bytes
            raise TooMuchError(
                f"this would read {cost}: {self.remedy}, or write --max-read {_round_up(wanted_bytes)}", wanted_bytes
            )
        if expected_bytes >= MIN_ANNOUNCED_BYTES and self.rounds <= 1:
            print_note(f"reads at most {cost}")

    def spend(self, read_bytes: int, what: str) -> None:
        """Count what was read; raises `CommandError` after the first page above the limit."""
        self.spent_bytes += read_bytes
        if self.spent_bytes > self.max_bytes:
            raise TooMuchError(
                f"{format_size(self.spent_bytes)} of {what} are read, and --max-read is {format_size(self.max_bytes)}: "
                f"{self.remedy}, or write a larger --max-read",
                2 * self.spent_bytes,
            )


def parse_size(option: str, text: str) -> int:
    """Return the bytes of `500kB`, `200MB` or `1.5GB`; raises `CommandError` that names the option if it is no size."""
    match = SIZE.fullmatch(text.strip())
    if match is None:
        raise CommandError(f"{option} {text}: this is no size: write one such as 500kB, 200MB or 1.5GB")
    return int(float(match["count"]) * FACTORS[match["unit"]])


def format_size(size_bytes: float) -> str:
    """Return a size with the unit that gives it one to three digits before the point."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size_bytes < 1_000:
            return f"{size_bytes:.0f} {unit}" if unit == "bytes" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1_000
    return f"{size_bytes:,.1f} TB"


def price_read(read_bytes: int) -> float:
    """Return what a read of so many bytes costs in US dollars, in read units of the list price."""
    return read_bytes / UNIT_BYTES * float(_load_prices()["dynamodb"]["million_read_units"]) / 1_000_000


def price_transfer(read_bytes: int) -> float:
    """Return what it costs in US dollars, by the list price, to read so many bytes of S3 from outside of AWS."""
    return read_bytes / 1_000_000_000 * float(_load_prices()["compared"]["s3_gb_out"])


@cache
def _load_prices() -> dict[str, Any]:
    return tomllib.loads(PRICES.read_text("utf-8"))


def _round_up(size_bytes: int) -> str:
    return f"{-(-size_bytes // 1_000_000)}MB"
