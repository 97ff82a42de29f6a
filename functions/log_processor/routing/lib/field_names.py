r"""Find the values of fields by their names: members of JSON, and pairs such as `password=hunter2`, in any view.

A name is that of a field at any depth; with dots it says what the field stands in: `user.password`. Case does not
count.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from log_processor.routing.lib.escapes import unescape
from log_processor.routing.lib.views import STRING_BODY, Span, View

Path = tuple[str, ...]
MAX_DEPTH = 28
TOKEN = re.compile(rb'"(' + STRING_BODY + rb')(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
PAIR_VALUE = rb'(?:"(' + STRING_BODY + rb')(?:"|\\?\Z)|([^\s&;,"\'<>(){}\[\]\\]+))'
NOTHING = frozenset({b"null", b"None", b"nil", b"-", b""})
OPEN, CLOSE = frozenset(b"{["), frozenset(b"}]")
COLON, COMMA = b":,"


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
        self._pair = re.compile(
            rb"(?<![\w.%-])((?:[\w-]{1,64}\.){0,8}(?i:" + words + rb"))=(?!=)" + PAIR_VALUE, re.DOTALL
        )

    def __bool__(self) -> bool:
        return bool(self._rules)

    def find_rule(self, path: Sequence[str]) -> int | None:
        """Return the index of the first rule that names the field at `path`, or None."""
        known = self._rules.get(path[-1].lower().rpartition(".")[2]) if path else None
        if not known:
            return None
        whole = ".".join(path).lower()
        return min((index for name, index in known if whole == name or whole.endswith("." + name)), default=None)

    def find_fields(self, fields: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[int, Path, Any]]:
        """Yield the fields with one of the names: the index of the rule, the path and the value."""
        for name, value in fields.items():
            here = (*path, name)
            rule = self.find_rule(here)
            if rule is not None and value is not None and value != "":
                yield rule, here, value
            elif isinstance(value, dict) and len(here) <= MAX_DEPTH:
                yield from self.find_fields(value, here)

    def find_values(self, view: View) -> Iterator[NamedValue]:
        """Yield the values of the named members and pairs in a view."""
        data = view.data
        if self._any_name is None or self._any_name.search(data) is None:
            return
        if b":" in data:
            yield from self._find_members(data)
        if b"=" in data:
            for match in self._pair.finditer(data):
                rule = self.find_rule(match[1].decode("utf-8", "replace").split("."))
                if rule is not None:
                    yield from _take(rule, match.span(3) if match[2] is None else match.span(2), data)

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


def _take(rule: int, span: Span, data: bytes) -> Iterator[NamedValue]:
    if data[slice(*span)] not in NOTHING:
        yield NamedValue(rule, span)
