"""Hides what a route's patterns find, in a record's text and in every value that was read from it."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from log_processor.record import LogRecord
from log_processor.routing.lib.patterns import any_of
from log_processor.routing.lib.sensitive import Sensitive, Span
from log_processor.storing.items import MAX_DEPTH, as_json

SCANNED_BYTES = 1 << 29
"""What the matches of one pattern in one text may cost: a search may read the rest of the text for each of them."""
FEWEST_MATCHES = 64
LEAST_CARRIED = 4
MOST_CARRIED = 64
MOST_NAMES = 4096
TOKEN_BYTES = 6
ANCHOR = re.compile(r"(?<!\[)\^|\$|\\[AzB]")
"""What may make a pattern find something in a text, but not where the text stands on a line among others."""
Hide = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """What to hide, and whether its token is a keyed hash (`[email:1a2b3c4d5e6f]`) or the name alone (`[email]`).

    `own` says that the pattern is the route's.
    """

    sensitive: Sensitive
    hashed: bool = False
    own: bool = False

    @property
    def carried(self) -> bool:
        """Whether a value may be known only by what stands around it: then it is hidden by itself in the fields too."""
        return self.own or self.sensitive.pattern.groups > 0


class Redaction:
    """The rules of one route. Every rule sees the text as it was written; what overlaps is hidden as one.

    Equal values have equal hashes under one `key`, whatever the route: 48 bits of keyed BLAKE2b (RFC 7693).
    """

    def __init__(self, rules: Sequence[Rule], key: str) -> None:
        self.rules = tuple(rules)
        self._key = hashlib.blake2b(key.encode(), digest_size=32).digest()
        self._any = any_of([rule.sensitive.pattern for rule in self.rules])
        self._joinable = not any(rule.own and ANCHOR.search(rule.sensitive.pattern.pattern) for rule in self.rules)
        self._names: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The text with a token in the place of each value that is hidden."""
        return self._hidden(text, None)

    def apply(self, record: LogRecord) -> None:
        """Redact the text, the fields with their names, and the reason of a record, in place."""
        found: dict[str, str] = {}
        carrying: list[str] = []
        record.log_data = self._hidden(record.log_data, (found, carrying))
        if record.parse_error:
            record.parse_error = self.text(record.parse_error)
        clean = self._clean(record.fields, found)
        if clean and not found:
            return
        carried = {value: found[value] for value in sorted(carrying, key=len, reverse=True)[:MOST_CARRIED]}

        def hide(text: str) -> str:
            return found.get(text) or _replaced(text if clean else self.text(text), carried)

        record.fields = self._members(record.fields, hide, 0)

    def _clean(self, fields: Mapping[str, Any], found: Mapping[str, str]) -> bool:
        """Whether nothing is hidden in the fields but whole values that were found: one search instead of many."""
        if self._any is None or not self._joinable:
            return False
        leaves: list[str] = []
        _gather(fields, leaves, 0)
        joined = "\n".join([leaf for leaf in leaves if leaf not in found] if found else leaves)
        return self._any.search(joined.encode("utf-8", "replace")) is None

    def _hidden(self, text: str, notes: tuple[dict[str, str], list[str]] | None) -> str:
        """The redacted text; `notes` takes each hidden value with its token, and those that are carried once more."""
        data = text.encode("utf-8", "replace")
        if self._any is not None and self._any.search(data) is None:
            return text
        spans = [(*span, at) for at, rule in enumerate(self.rules) for span in _spans(rule.sensitive, data)]
        if not spans:
            return text
        pieces, position = [], 0
        for start, end, at in _merged(spans):
            token = self._token(self.rules[at], data[start:end])
            pieces += [data[position:start], token]
            position = end
            if notes is not None:
                value = data[start:end].decode("utf-8", "replace")
                notes[0][value] = token.decode()
                if self.rules[at].carried and len(value) >= LEAST_CARRIED:
                    notes[1].append(value)
        return b"".join([*pieces, data[position:]]).decode("utf-8", "replace")

    def _token(self, rule: Rule, value: bytes) -> bytes:
        name = rule.sensitive.name.encode()
        if not rule.hashed:
            return b"[%b]" % name
        digest = hashlib.blake2b(rule.sensitive.canonical(value), key=self._key, digest_size=TOKEN_BYTES)
        return b"[%b:%b]" % (name, digest.hexdigest().encode())

    def _name(self, name: str) -> str:
        """A field's name, which may be data too; names repeat, so what was found is kept."""
        known = self._names.get(name)
        if known is None:
            known = self.text(name)
            if len(self._names) < MOST_NAMES:
                self._names[name] = known
        return known

    def _value(self, value: Any, hide: Hide, depth: int) -> Any:
        """A field's value: numbers as they are written, what is too deep for the table as text."""
        if isinstance(value, str):
            return hide(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict | list):
            if depth >= MAX_DEPTH:
                return hide(as_json(value))
            if isinstance(value, list):
                return [self._value(member, hide, depth + 1) for member in value]
            return self._members(value, hide, depth + 1)
        written = as_json(value)
        hidden = hide(written)
        return value if hidden == written else hidden

    def _members(self, members: Mapping[str, Any], hide: Hide, depth: int) -> dict[str, Any]:
        """The members under their names; two names that became one are told apart by a number."""
        kept: dict[str, Any] = {}
        for name, value in members.items():
            shown = self._name(name)
            kept[f"{shown}~{len(kept)}" if shown in kept else shown] = self._value(value, hide, depth)
        return kept


def _gather(value: Any, leaves: list[str], depth: int) -> None:
    """Collect every name and value as it is written, as `Redaction` looks at them one by one."""
    if isinstance(value, str):
        leaves.append(value)
    elif isinstance(value, dict) and depth <= MAX_DEPTH:
        leaves.extend(value)
        for member in value.values():
            _gather(member, leaves, depth + 1)
    elif isinstance(value, list) and depth <= MAX_DEPTH:
        for member in value:
            _gather(member, leaves, depth + 1)
    elif value is not None and not isinstance(value, bool):
        leaves.append(as_json(value))


def _replaced(text: str, carried: Mapping[str, str]) -> str:
    for value, token in carried.items():
        if value in text:
            text = text.replace(value, token)
    return text


def _spans(sensitive: Sensitive, data: bytes) -> Iterator[Span]:
    """The spans to hide; all of the rest where there are more than may be looked for."""
    most = max(FEWEST_MATCHES, SCANNED_BYTES // (len(data) or 1))
    group = min(sensitive.pattern.groups, 1)
    for number, match in enumerate(sensitive.pattern.finditer(data)):
        start, end = match.span(group)
        if start < 0:
            start, end = match.span()
        if number >= most:
            yield start, len(data)
            return
        if sensitive.within is not None:
            yield from sensitive.within(data, start, end)
        elif start < end:
            yield start, end


def _merged(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The spans in their order, those that overlap as one, under the rule that stands first."""
    merged: list[tuple[int, int, int]] = []
    for start, end, at in sorted(spans):
        if merged and start < merged[-1][1]:
            before = merged.pop()
            merged.append((before[0], max(before[1], end), min(before[2], at)))
        else:
            merged.append((start, end, at))
    return merged
