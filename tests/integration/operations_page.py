"""Read the commands that docs/operations.md gives, with its words in capital letters filled in."""

import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def read_alarm_section(alarm: str) -> str:
    """Return what the page says of an alarm."""
    return PAGE.read_text("utf-8").partition(f"\n### {alarm}\n")[2].partition("\n### ")[0]


def list_commands(text: str, words: Mapping[str, str]) -> list[list[str]]:
    """Return the arguments of each command of `ops` in a text, in its order; `words` stand for `BUCKET` and others."""
    return [[_fill(word, words) for word in typed.split()] for typed in re.findall(r"`ops ([^`]+)`", text)]


def _fill(word: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\b[A-Z]+(?:_[A-Z]+)*\b", lambda blank: words.get(blank[0], blank[0]), word)
