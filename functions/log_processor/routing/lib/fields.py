"""Redact the names and values of a record's fields."""

import operator
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from log_processor.routing.lib.tracing import MISSING, HiddenForm, Trace, find_traces, pair_members
from log_processor.routing.lib.unique_names import choose_name
from log_processor.storing.attribute_names import MAX_DEPTH
from log_processor.storing.items import render_json

MAX_CONTAINED = 64
MIN_CONTAINED_BYTES = 4
Path = tuple[str, ...]
RedactText = Callable[[str, Sequence[Trace]], str]
"""Returns a text with what rules find in it hidden, and with the traces of values that are given."""
ChooseToken = Callable[[Path, str], str | None]
"""Returns the token of a field that is hidden because of its name, or None."""


class FieldRedactor:
    """Redact the fields of one record.

    `forms` are the values that its text was searched for in context. Where a second reading of the record differs from
    the first, a field holds one of them; without a second reading, where a form stands in it.
    """

    def __init__(self, redact_text: RedactText, choose_token: ChooseToken, forms: Sequence[HiddenForm]) -> None:
        self._redact_text = redact_text
        self._choose_token = choose_token
        self._forms = forms

    def redact_members(self, members: Mapping[str, Any], other: Any, path: Path = (), depth: int = 0) -> dict[str, Any]:
        """Return the members with redacted names and values; equal names get a number: `[email]`, `[email]~1`.

        `other` is what the second reading has instead of the members; MISSING if there was none.
        """
        redacted: dict[str, Any] = {}
        instead = other if isinstance(other, dict) else {}
        for name, other_name, other_value in pair_members(dict(members), instead):
            new_name = self.redact_leaf(name, other_name)
            value = self._redact_value(members[name], other_value, (*path, name), depth)
            redacted[choose_name(new_name, redacted)] = value
        return redacted

    def _redact_value(self, value: Any, other: Any, path: Path, depth: int) -> Any:
        """Return the redacted value of a field.

        Numbers are redacted as text, and stay numbers if nothing is hidden. What is nested too deeply for the table
        is redacted as JSON text.
        """
        if value is None or value == "":
            return value
        token = self._choose_token(path, value if isinstance(value, str) else render_json(value))
        if token is not None:
            return token
        if isinstance(value, str):
            return self.redact_leaf(value, other)
        if isinstance(value, dict | list):
            return self._redact_nested(value, other, path, depth)
        return self._redact_scalar(value, other)

    def _redact_nested(self, value: Any, other: Any, path: Path, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return self.redact_leaf(render_json(value), MISSING if other is MISSING else render_json(other))
        if isinstance(value, dict):
            return self.redact_members(value, other, path, depth + 1)
        others = other if isinstance(other, list) and len(other) == len(value) else [MISSING] * len(value)
        return [self._redact_value(member, one, path, depth + 1) for member, one in zip(value, others, strict=True)]

    def _redact_scalar(self, value: Any, other: Any) -> Any:
        """Return a number or truth value, or the token in its place; a truth value is none of the rules' texts.

        A number that the second reading leaves as it is may still be a value that is known by itself.
        """
        text = render_json(value)
        if other is not MISSING and self._forms:
            if other != value or type(other) is not type(value):
                return self._forms[0].token
            other = text
        if isinstance(value, bool):
            return value
        redacted = self.redact_leaf(text, other)
        return value if redacted == text else redacted

    def redact_leaf(self, text: str, other: Any) -> str:
        """Return a redacted text, where `other` was read instead of it."""
        if not self._forms or other == text:
            return self._redact_text(text, ())
        data = text.encode("utf-8", "replace")
        if isinstance(other, str):
            return self._redact_text(text, find_traces(data, other.encode("utf-8", "replace"), self._forms))
        if other is MISSING:
            return self._redact_text(text, _find_contained(data, self._forms))
        return self._forms[0].token


def _find_contained(data: bytes, forms: Sequence[HiddenForm]) -> list[Trace]:
    """Return the spans of values in a text of which no more is known: all of it, or in it if they are not short."""
    for form in forms:
        if form.form == data:
            return [((0, len(data)), form)]
    spans = []
    for form in forms[:MAX_CONTAINED]:
        at = data.find(form.form) if len(form.form) >= MIN_CONTAINED_BYTES else -1
        while at >= 0:
            spans.append(((at, at + len(form.form)), form))
            at = data.find(form.form, at + len(form.form))
    return spans


def put_values(members: dict[str, Any], fields: Sequence[tuple[int, Path, Any]]) -> dict[str, Any]:
    """Return the members with other values of the fields at some paths; what is on no path is the same object."""
    for _, path, value in fields:
        members = _put_value(members, path, value)
    return members


def _put_value(members: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return the members with another value of one field; unchanged if there is no field at its path."""
    name, inside = path[0], members.get(path[0])
    if len(path) > 1:
        return members | {name: _put_value(inside, path[1:], value)} if isinstance(inside, dict) else members
    return members | {name: value} if name in members else members


def replace_values(
    members: dict[str, Any], tokens: Mapping[str, str], clean: Set[str], others: list[str], depth: int = 0
) -> dict[str, Any]:
    """Return the members with a token for each name and value that has one.

    Of the texts that have none, add those that are not known to be `clean` to `others`. Equal names get a number:
    `[email]`, `[email]~1`.
    """
    replaced: dict[str, Any] | None = None
    if not members.keys() <= clean:
        others += members
    for name, value in members.items():
        kind = type(value)
        if kind is str or kind is int:  # the most frequent kinds first: this is called for every field of every record
            text = value if kind is str else str(value)
            token = tokens.get(text)
            if token is None:
                if text not in clean:
                    others.append(text)
                continue
        else:
            token = _replace_value(value, tokens, clean, others, depth)
            if token is value:
                continue
        if replaced is None:
            replaced = dict(members)
        replaced[name] = token
    return _rename_members(members if replaced is None else replaced, tokens)


def _rename_members(members: dict[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    """Return the members with a token for each name that has one; the same object if none has."""
    if tokens.keys().isdisjoint(members):
        return members
    renamed: dict[str, Any] = {}
    for name, value in members.items():
        renamed[choose_name(tokens.get(name, name), renamed)] = value
    return renamed


def _replace_value(value: Any, tokens: Mapping[str, str], clean: Set[str], others: list[str], depth: int) -> Any:
    """Return what `replace_values` makes of one value: the same object if nothing in it is replaced."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict | list) and depth < MAX_DEPTH:
        if isinstance(value, dict):
            return replace_values(value, tokens, clean, others, depth + 1)
        members = [_replace_value(member, tokens, clean, others, depth + 1) for member in value]
        return value if all(map(operator.is_, members, value)) else members
    text = value if isinstance(value, str) else str(value) if type(value) is int else render_json(value)
    token = tokens.get(text)
    if token is not None:
        return token
    if text not in clean:
        others.append(text)
    return value
