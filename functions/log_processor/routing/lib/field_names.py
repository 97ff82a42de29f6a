r"""Find the values of fields by their names: members of JSON, and pairs such as `password=hunter2`, in any view.

A name is that of a field at any depth; with dots it says what the field stands in: `user.password`. Case does not
count.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from log_processor.routing.lib.escapes import unescape
from log_processor.routing.lib.findings import MAX_MATCHES, looks_bare
from log_processor.routing.lib.views import STRING_BODY, Span, View
from log_processor.storing.items import render_json

Path = tuple[str, ...]
MAX_DEPTH = 28
KNOWN_NAMES = 4096
KNOWN_NAME_CHARS = 256
"""How many names of fields are kept with the rules for them, and how long they may be: a name may have 4 MiB."""
UNKNOWN: list[tuple[str, int]] = []
TOKEN = re.compile(rb'"(' + STRING_BODY + rb')(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
SIGN = rb"(?:=>|=(?!=)|:(?!:|//))"
"""What stands between a name and its value: in pairs, YAML, hashes of Ruby and PHP."""
SIGN_BEHIND = re.compile(rb"(?:\\*[\"']|\])?\s*(?:=>|[=:>])\s*(?:\\*[\"'])?")
PAIR_VALUE = (
    rb'(?:""([^"\s,;&)}\]][^"]*+)""|"(' + STRING_BODY + rb')(?:"|\\?\Z)'
    rb"|'([^'\\\n]*+(?:\\.[^'\\\n]*+)*+)(?:'|\\?(?=\n|\Z))|([^\s&;,\"'<>(){}\[\]\\]+))"
)
"""A value in doubled, double or single quotes, or without."""
NOTHING = frozenset({b"null", b"None", b"nil", b"-", b""})
OPEN, CLOSE = frozenset(b"{["), frozenset(b"}]")
COLON, COMMA, PERCENT = b":,%"
WORD_SIGNS = frozenset(bytes([code]) for code in b"abcdefghijklmnopqrstuvwxyz0123456789_")


NamedField = tuple[int, Path, Any]
"""A field that a rule names: the index of the rule, the path of the field, and its value."""


class NamedValue(NamedTuple):
    """The value of a field: the index of the rule that names the field, and the span of the value in a view."""

    rule: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Container:
    """An object or array that is open: its member's path, where it begins, and the rule that hides all of it.

    What is in one that `is_hidden` is not looked at.
    """

    path: Path
    start: int
    rule: int | None
    is_hidden: bool


class FieldNames:
    """The names of fields to hide, by the indexes of their rules."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        self._rules: dict[str, list[tuple[str, int]]] = {}
        for index, name in names:
            lowered = name.lower()
            self._rules.setdefault(lowered.rpartition(".")[2], []).append((lowered, index))
        words = b"|".join(re.escape(last.encode()) for last in self._rules)
        self._any_name = re.compile(rb"(?i:" + words + rb")") if words else None
        dotted = rb"((?:[\w-]{1,64}\.){0,8}(?i:" + words + rb"))"
        self._words = tuple(last.encode() for last in self._rules)
        outer = {name.split(".")[-2:][0].encode() for names in self._rules.values() for name, _ in names}
        self._outer = tuple(outer)
        self._known: dict[str, list[tuple[str, int]] | None] = {}
        begin = rb"(?:(?<![\w.%-])|(?<=\s-)|(?<=\A-)|(?<=--))"
        self._pair = re.compile(
            begin + dotted + rb"(?:[\"']|\](?==))?[ \t]*" + SIGN + rb"[ \t]*" + PAIR_VALUE, re.DOTALL
        )
        self._element = re.compile(
            rb"<(?:[\w-]{1,64}:)?" + dotted + rb"(?:\s[^<>]*)?>(?:<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)|([^<]+))",
            re.DOTALL,
        )

    def __bool__(self) -> bool:
        return bool(self._rules)

    def _find_last(self, name: str) -> list[tuple[str, int]] | None:
        """Return the rules' names that end as `name` does, with the indexes of the rules; None if none does."""
        known = self._known.get(name, UNKNOWN)
        if known is UNKNOWN:
            known = self._rules.get(name.lower().rpartition(".")[2])
            if len(name) <= KNOWN_NAME_CHARS:
                if len(self._known) >= KNOWN_NAMES:
                    self._known.clear()
                self._known[name] = known
        return known

    def may_stand_in(self, data: bytes) -> bool:
        """Tell whether a value may stand in a text whose escapes are those of quotes and line ends, by one search."""
        if b"<" in data and self._any_name is not None and self._any_name.search(data) is not None:
            return True
        return next(self._find_signs(data), None) is not None

    def _find_signs(self, data: bytes) -> Iterator[int]:
        """Yield where a value may begin behind one of the names, if what they stand in is named in the text too."""
        lowered = data.lower()
        if not any(word in lowered for word in self._outer):
            return
        for word in self._words:
            at = lowered.find(word)
            while at >= 0:
                stop = at + len(word)
                sign = SIGN_BEHIND.match(data, stop)
                if sign is not None and (lowered[at - 1 : at] not in WORD_SIGNS or lowered[max(0, at - 3)] == PERCENT):
                    yield sign.end()
                at = lowered.find(word, stop)

    def find_rule(self, path: Sequence[str]) -> int | None:
        """Return the index of the first rule that names the field at `path`, or None."""
        known = self._find_last(path[-1]) if path else None
        if not known:
            return None
        whole = "." + ".".join(path).lower()
        for name, index in known:  # in the order of the rules
            if whole.endswith("." + name):
                return index
        return None

    def find_fields(self, fields: Mapping[str, Any], path: Path = ()) -> list[NamedField]:
        """Return the fields with one of the names: the index of the rule, the path and the value."""
        named: list[NamedField] = []
        for name, value in fields.items():
            rule = None if self._find_last(name) is None else self.find_rule((*path, name))
            if rule is not None and value is not None and value != "":
                named.append((rule, (*path, name), value))
            elif isinstance(value, dict) and len(path) < MAX_DEPTH:
                named += self.find_fields(value, (*path, name))
        return named

    def place_fields(self, data: bytes, fields: Sequence[NamedField]) -> list[NamedValue] | None:
        """Return where the values of fields stand in a text, if that is plain: None otherwise.

        It is if each value stands there once, as it is, and if behind each of the names there is one of the values.
        The text has no escapes but those of quotes and line ends.
        """
        if b"<" in data or any(isinstance(value, dict | list) for _, _, value in fields):
            return None
        placed: dict[int, NamedValue] = {}
        for rule, _, value in fields:
            text = (value if isinstance(value, str) else render_json(value)).encode("utf-8", "replace")
            at = data.find(text)
            if at < 0 or data.find(text, at + 1) >= 0 or (b"\\" in data and looks_bare(data, at, at + len(text))):
                return None
            placed[at] = NamedValue(rule, (at, at + len(text)))
        is_plain = all(begin in placed for begin in self._find_signs(data))
        return list(placed.values()) if is_plain and len(placed) == len(fields) else None

    def find_values(self, view: View) -> Iterator[NamedValue]:
        """Yield the values of the named members and pairs in a view."""
        data = view.data
        if self._any_name is None or self._any_name.search(data) is None:
            return
        if b"\\" not in data and not self.may_stand_in(data):
            return
        if b":" in data:
            yield from _limit(self._find_members(data), len(data))
        yield from _limit(self._find_pairs(self._pair, data), len(data))
        if b"<" in data:
            yield from _limit(self._find_pairs(self._element, data), len(data))

    def _find_pairs(self, pattern: re.Pattern[bytes], data: bytes) -> Iterator[NamedValue]:
        """Yield the values that stand behind their names as `pattern` says."""
        for match in pattern.finditer(data):
            rule = self.find_rule(match[1].decode("utf-8", "replace").split("."))
            if rule is not None:
                yield from _take(rule, match.span(match.lastindex or 0), data)

    def _find_members(self, data: bytes) -> Iterator[NamedValue]:
        """Yield the values of members of JSON, wherever it stands in a text; a whole object or array is one value."""
        stack: list[_Container] = []
        name: Span | None = None
        path: Path | None = None
        for token in TOKEN.finditer(data):
            sign, literal = data[token.start()], token.span(1) if token[1] is not None else None
            if sign == COLON and name is not None:
                path, name = _extend(_get_path(stack), data[slice(*name)]), None
                continue
            is_hidden = bool(stack) and stack[-1].is_hidden
            rule = self.find_rule(path) if path and not is_hidden else None
            if sign in OPEN:
                is_hidden = is_hidden or rule is not None
                stack.append(_Container(path or _get_path(stack), token.start(), rule, is_hidden))
            elif sign in CLOSE:
                yield from _close(stack, token.end())
            elif rule is not None and sign != COMMA:
                yield from _take(rule, literal or token.span(), data)
            name, path = literal if path is None else None, None
        while stack:
            yield from _close(stack, len(data))


def _get_path(stack: list[_Container]) -> Path:
    return stack[-1].path if stack else ()


def _extend(path: Path, name: bytes) -> Path:
    """Return the path of a member; of a deep one, the last names."""
    return (*path[1 - MAX_DEPTH :], unescape(name).decode("utf-8", "replace"))


def _close(stack: list[_Container], stop: int) -> Iterator[NamedValue]:
    """Close the last container, if there is one; yield it if a rule hides it."""
    closed = stack.pop() if stack else None
    if closed is not None and closed.rule is not None:
        yield NamedValue(closed.rule, (closed.start, stop))


def _limit(values: Iterator[NamedValue], stop: int) -> Iterator[NamedValue]:
    """Yield the values; after `MAX_MATCHES` of them, yield all of the text from the next one up to `stop` as one."""
    yield from islice(values, MAX_MATCHES)
    rest = next(values, None)
    if rest is not None:
        yield NamedValue(rest.rule, (rest.span[0], stop))


def _take(rule: int, span: Span, data: bytes) -> Iterator[NamedValue]:
    if data[slice(*span)] not in NOTHING:
        yield NamedValue(rule, span)
