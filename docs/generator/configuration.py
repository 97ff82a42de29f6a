"""The page on the settings: `docs/configuration.md`, from their declarations."""

import json
from pathlib import Path
from typing import Any

from log_processor.declaration import Setting, settings_of
from log_processor.settings import Tuning

from stacks.config import Config

PAGE = Path(__file__).resolve().parent.parent / "configuration.md"
WORDS = Path(__file__).with_name("configuration.in.md")
KINDS = {bool: "true or false", str: "text"}
COLUMNS = ("Setting", "Default", "Values", "Variable", "Meaning")


def page() -> str:
    """Return the whole page."""
    function = settings_of(Tuning)
    stacks = {name: declared for name, declared in settings_of(Config).items() if name not in function}
    text = WORDS.read_text("utf-8")
    return text.replace("<!-- STACKS -->", _table(stacks)).replace("<!-- FUNCTION -->", _table(function))


def _table(settings: dict[str, Setting]) -> str:
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_cells(name, declared) for name, declared in settings.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(name: str, declared: Setting) -> tuple[str, ...]:
    variable = f"`{declared.variable}`" if declared.variable else "none"
    return f"`{declared.key or name}`", f"`{_json(declared.default)}`", _values(declared), variable, declared.doc


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _values(declared: Setting) -> str:
    if declared.bounds:
        return "{:,} to {:,}".format(*declared.bounds)
    if declared.choices:
        return ", ".join(f"`{choice}`" for choice in declared.choices)
    return declared.form_words or KINDS[type(declared.default)]
