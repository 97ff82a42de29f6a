"""Build the page on settings, `docs/configuration.md`, from their declarations."""

import json
from pathlib import Path
from typing import Any

from log_processor.declaration import Setting, list_settings
from log_processor.settings import Tuning

from stacks.config import Config
from stacks.config.own_bucket import OwnBucket
from stacks.config.rights import Rights
from stacks.config.source import BucketSource
from stacks.config.state import StateSettings
from stacks.config.watching import Watching

PAGE = Path(__file__).resolve().parent.parent / "configuration.md"
TEMPLATE = Path(__file__).with_name("configuration.in.md")
KINDS = {bool: "true or false", str: "text"}
COLUMNS = ("Setting", "Default", "Values", "Variable", "Meaning")


TABLES = {
    "STATE": StateSettings,
    "OWN_BUCKET": OwnBucket,
    "RIGHTS": Rights,
    "WATCHING": Watching,
    "SOURCE": BucketSource,
    "FUNCTION": Tuning,
}
"""The class whose settings each table lists; what `Config` alone declares is in the table `STACKS`."""


def build_page() -> str:
    """Return the page: the template with a table for each class that declares settings."""
    tables = {name: list_settings(kind) for name, kind in TABLES.items()}
    inherited = {name for kind in Config.__bases__ for name in list_settings(kind)}
    tables["STACKS"] = {name: one for name, one in list_settings(Config).items() if name not in inherited}
    text = TEMPLATE.read_text("utf-8")
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
