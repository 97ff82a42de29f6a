"""`docs/limits.md` gives the bounds as the code has them, and has a row for each."""

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stacks.config import Config

PROJECT = Path(__file__).resolve().parents[3]
FUNCTION = PROJECT / "functions" / "log_processor"
ROW = re.compile(r"\| ([^|]+) \| ([^|]+) \| [^|]*\| `([\w/.]+)` `([A-Z_]+)` \|")
SETTING = re.compile(r"\| `([a-z_]+)` \| ([^|]+) \|")
UNITS = {
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "min": 60,
    "h": 3600,
    "days": 86_400,
    "day": 86_400,
    "%": 0.01,
}
SCALES = {"_MS": 1000.0, "_DAYS": 1 / 86_400}
"""How many of a constant's own unit are a second, by the end of its name."""
BOUND = re.compile(r"(?:MAX)_[A-Z_]+")
PAGE = (PROJECT / "docs" / "limits.md").read_text("utf-8")


@dataclass(frozen=True)
class Limit:
    what: str
    value: float
    path: str
    name: str


def parse_amount(text: str) -> float:
    """Return the number at the beginning in bytes, seconds or as a count, by its unit."""
    number, unit = re.findall(r"([\d,.]+) ?(\S*)", text)[0]
    return float(number.replace(",", "")) * UNITS.get(unit, 1)


LIMITS = [Limit(what, parse_amount(value), path, name) for what, value, path, name in ROW.findall(PAGE)]


@pytest.mark.slow  # of the framework, which some of the modules import
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name.lower())
def test_a_limit_is_the_code_s(limit: Limit) -> None:
    """The constant that the row names has the row's value."""
    module = limit.path.removesuffix(".py").replace("/", ".")
    if not module.startswith("stacks."):
        module = f"log_processor.{module}"
    value = getattr(importlib.import_module(module), limit.name)
    scale = next((scale for end, scale in SCALES.items() if limit.name.endswith(end)), 1)
    assert value == pytest.approx(limit.value * scale), f"docs/limits.md says {limit.value} of {limit.what}"


@pytest.mark.parametrize(("name", "value"), SETTING.findall(PAGE))
def test_a_default_is_the_code_s(name: str, value: str) -> None:
    """A setting's row has its default."""
    assert getattr(Config(), name) == parse_amount(value)


def test_every_row_is_compared() -> None:
    """Every row that names code is compared above: none is skipped because of its form."""
    assert len(LIMITS) == sum(".py` |" in line or "` `" in line for line in PAGE.splitlines())


def test_every_limit_has_a_row() -> None:
    """Each constant that is named as a bound has one, except those of a single format."""
    missing = {f"{path}: {name}" for path, name in list_bounds()} - {f"{one.path}: {one.name}" for one in LIMITS}
    assert not missing, f"give each a row in docs/limits.md: {', '.join(sorted(missing))}"


def test_no_bound_has_two_rows() -> None:
    """Whoever changes one of two would leave the other; a time may bound two different things."""
    named = Counter(f"{one.path}: {one.name}" for one in LIMITS if BOUND.fullmatch(one.name))
    assert [name for name, rows in named.items() if rows > 1] == []


def list_bounds() -> Iterator[tuple[str, str]]:
    within_formats = FUNCTION / "formats"
    for root in (FUNCTION, PROJECT / "stacks"):
        for path in root.rglob("*.py"):
            if not path.is_relative_to(within_formats):
                shown = path.relative_to(FUNCTION if root == FUNCTION else PROJECT).as_posix()
                yield from ((shown, name) for name in list_constants(path) if BOUND.fullmatch(name))


def list_constants(path: Path) -> Iterator[str]:
    """Yield the names of a module's constants."""
    for statement in ast.parse(path.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
