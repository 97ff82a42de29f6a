"""Declare a setting once: for the stack, which checks it, for the function, and for the documentation."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

DECLARED = "setting"
Check = Callable[[str, Any, str], None]
"""A function `(name, value, origin)` that raises if the value breaks a rule of its own."""
Parse = Callable[[str, Any, str], Any]
"""A function `(name, value, origin)` that returns the setting's value, or raises if none can be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting's default, one line of documentation, and what its values may be.

    - `bounds`: the smallest and the largest number.
    - `choices`: the only values.
    - `form`: a regular expression that matches the whole text; `form_words` describes it in words.
    - `check`: a rule of its own.
    - `parse`: what makes the value from what was given, instead of all other rules.
    - `key`: its name in the configuration, if that is not the field's name.
    - `variable`: the environment variable that overrides the configuration.
    """

    default: Any
    doc: str
    bounds: tuple[int, int] | None = None
    choices: tuple[str | int, ...] = ()
    form: str = ""
    form_words: str = ""
    check: Check | None = None
    parse: Parse | None = None
    key: str = ""
    variable: str = ""


def setting(default: Any, doc: str, **rules: Any) -> Any:
    """Return a dataclass field with this default and the declaration as metadata; `rules` are fields of `Setting`."""
    return field(default=default, metadata={DECLARED: Setting(default=default, doc=doc, **rules)})


def list_settings(kind: type) -> dict[str, Setting]:
    """Return the settings that a dataclass declares, by field name; fields without a declaration are left out."""
    return {one.name: one.metadata[DECLARED] for one in fields(kind) if DECLARED in one.metadata}


def list_required(kind: type) -> list[str]:
    """Return the names of the fields of a dataclass that have no default."""
    return [one.name for one in fields(kind) if one.default is MISSING]
