"""Suggest the known name that a mistyped one resembles, for sentences that refuse it."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

MIN_LIKENESS = 0.75
"""The share of characters that two names have in common, in order: `formt` and `format` have 0.91 (difflib's ratio)."""


def suggest(name: Any, known: Iterable[str]) -> str:
    """Return a question such as `did you mean 'format'? ` for `formt`; no text if `name` resembles nothing.

    It ends in a blank, so that what may be written follows it in the same sentence. The function starts without
    difflib, which only what is refused needs.
    """
    find = import_module("difflib").get_close_matches
    similar = find(name, list(known), 1, MIN_LIKENESS) if isinstance(name, str) else []
    return f"did you mean {similar[0]!r}? " if similar else ""
