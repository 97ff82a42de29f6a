"""Build the page on settings, `docs/configuration.md`, from their declarations."""

import json
from pathlib import Path
from typing import Any

from log_processor.declaration import Setting, list_settings
from log_processor.settings import Tuning

from stacks.config import Config
from stacks.config.source import BucketSource

PAGE = Path(__file__).resolve().parent.parent / "configuration.md"
TEMPLATE = Path(__file__).with_name("configuration.in.md")
KINDS = {bool: "true or false", str: "text"}
COLUMNS = ("Setting", "Default", "Values", "Variable", "Meaning")


def build_page() -> str:
    """Return the page: the template with tables of the stacks' settings, of a source's, and of the function's."""
    function = list_settings(Tuning)
    stacks = {name: declared for name, declared in list_settings(Config).items() if name not in function}
    text = TEMPLATE.read_text("utf-8")
    tables = {"STACKS": stacks, "SOURCE": list_settings(BucketSource), "FUNCTION": function}
    for name, settings in tables.items():
        text = text.replace(f"<!-- {name} -->", _build_table(settings))
    return text


def _build_table(settings: dict[str, Setting]) -> str:
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_build_cells(name, declared) for name, declared in settings.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _build_cells(name: str, declared: Setting) -> tuple[str, ...]:
    variable = f"`{declared.variable}`" if declared.variable else "none"
    return (
        f"`{declared.key or name}`",
        f"`{_encode_json(declared.default)}`",
        _describe_values(declared),
        variable,
        declared.doc,
    )


def _encode_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _describe_values(declared: Setting) -> str:
    if declared.bounds:
        return "{:,} to {:,}".format(*declared.bounds)
    if declared.choices:
        return ", ".join(f"`{choice}`" for choice in declared.choices)
    return declared.form_words or KINDS[type(declared.default)]
