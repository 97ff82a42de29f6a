"""Search a text, and the views of it that may hold more, for what the patterns of a route hide."""

import re
from collections.abc import Iterable, Sequence

from log_processor.routing.lib.encodings import (
    MAX_DEPTH,
    has_escapes_alone,
    has_form_sign,
    has_value_code,
    list_views,
    make_root,
)
from log_processor.routing.lib.escapes import RARE_ESCAPE, unescape
from log_processor.routing.lib.findings import Finding, looks_bare, search_by_itself, search_view, split_by_itself
from log_processor.routing.lib.patterns import Pattern, join_patterns
from log_processor.routing.lib.sensitive import Sensitive
from log_processor.routing.lib.views import BACKSLASH, View

ANCHOR = re.compile(r"(?<!\[)\^|\$|\\[AzbB]")
"""The parts of a pattern that may match in a text by itself, but not where it is a part of another one."""
BEFORE_JSON = frozenset("{[ \t\r\n\v\f") | {""}
"""What a text begins with that may be JSON, in which a bare value gets a token in quotes."""


class Patterns:
    """The patterns of a route's rules, by the indexes of these."""

    def __init__(self, patterns: Sequence[tuple[int, Sensitive]]) -> None:
        self._patterns = tuple(patterns)
        self._alone = [(rule, sensitive) for rule, sensitive in patterns if not sensitive.is_contextual]
        self._ignores_escapes = all(sensitive.ignores_escapes for _, sensitive in patterns)
        self._has_sign = has_value_code if self._ignores_escapes else has_form_sign
        self._may_match = patterns[0][1].may_match if len(patterns) == 1 else bool
        self._split_usual = (patterns[0][1].split_usual if len(patterns) == 1 else None) or _split_none
        contextual = [sensitive.pattern for _, sensitive in patterns if sensitive.is_contextual]
        self._is_simple = len(patterns) == 1 and not contextual
        self._any = _join([sensitive.pattern for _, sensitive in patterns])
        self._any_contextual = _join(contextual)
        self.can_join = (self._any is not None or not patterns) and not any(
            ANCHOR.search(pattern.pattern) for pattern in contextual
        )

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def search(self, data: bytes, format_name: str = "") -> tuple[list[View], list[Finding]]:
        """Return the text and those views of it in which a pattern finds what it does not find in the text; and all."""
        root = make_root(data, format_name)
        if not self._patterns:
            return [root], []
        findings = self.find([root])
        is_readable = self.can_join and has_escapes_alone(data, format_name, self._has_sign)
        if is_readable and not (BACKSLASH in data and self._is_in_escapes(data, findings)):
            return [root], findings
        views = list(list_views(root, format_name))
        return views, findings + self.find(views[1:])

    def split_plain(self, text: str, format_name: str) -> list[str] | None:
        """Return the pieces of a text that has nothing to decode: what the only pattern finds is at the odd indexes.

        Return None if the pattern knows a value by what stands beside it, or the text may be JSON or hold codes: then a
        finding depends on more than its span.
        """
        if not self._is_simple or "%" in text or "\\" in text or text[:1] in BEFORE_JSON:
            return None
        if not text.isascii():  # half a character of JSON, `\ud83d`, becomes a question mark
            text = text.encode("utf-8", "replace").decode()
        may_be_coded = _may_be_coded(text) or "\n" in text
        if may_be_coded and not has_escapes_alone(text.encode(), format_name, self._has_sign):
            return None
        pieces = self._split_usual(text)
        return split_by_itself(self._patterns[0][1], text) if pieces is None else pieces

    def is_surely_clean(self, text: str) -> bool:
        """Tell whether the fast way of the only pattern shows that nothing is in a text or in a view of it."""
        if "%" in text or "\\" in text or _may_be_coded(text):
            return False
        pieces = self._split_usual(text)
        return pieces is not None and len(pieces) == 1

    def is_clean(self, data: bytes) -> bool:
        """Tell whether no pattern can find anything in a text or in a view of it, by one search."""
        if not self._patterns:
            return True
        if self._any is None or self._needs_decoding(data) or not has_escapes_alone(data, "", self._has_sign):
            return False
        return self.can_join and not (self._may_match(data) and self._any.search(data) is not None)

    def _needs_decoding(self, data: bytes) -> bool:
        """Tell whether a text has escapes, and such that a pattern may find more without them."""
        return BACKSLASH in data and not (self._ignores_escapes and RARE_ESCAPE.search(data) is None)

    def find(self, views: Iterable[View]) -> list[Finding]:
        """Return what the patterns find in the views."""
        if len(self._patterns) == 1:
            [(index, sensitive)] = self._patterns
            return [finding for view in views for finding in search_view(index, sensitive, view)]
        return [
            finding
            for view in views
            if self._patterns and (self._any is None or self._any.search(view.data) is not None)
            for index, sensitive in self._patterns
            for finding in search_view(index, sensitive, view)
        ]

    def _is_in_escapes(self, data: bytes, findings: Sequence[Finding]) -> bool:
        r"""Tell whether a pattern finds more in a text if its escapes are decoded, once or more often.

        `findings` are those in the text. A pattern that knows a value by itself finds the same values then, or more;
        another may find others. A bare value of JSON gets a token in the quotes of its view. Escapes may stand for
        signs that have to be decoded in their turn: the colour `\u001b[32m`, the entity `\u0026#64;`.
        """
        if any(looks_bare(data, *one.spans[0]) for one in findings):
            return True
        if self._any is None or not self._needs_decoding(data):
            return False
        if self._any_contextual is not None and self._any_contextual.search(data) is not None:
            return True
        values = [[one.value for one in findings if one.rule == rule] for rule, _ in self._alone]
        decoded, may_hide_signs = data, RARE_ESCAPE.search(data) is not None
        for _ in range(MAX_DEPTH):
            decoded = unescape(decoded)
            has_signs = may_hide_signs and not has_escapes_alone(decoded, "", self._has_sign)
            if has_signs or (
                self._any.search(decoded) is not None
                and (
                    (self._any_contextual is not None and self._any_contextual.search(decoded) is not None)
                    or values != [_list_values(sensitive, decoded) for _, sensitive in self._alone]
                )
            ):
                return True
            if BACKSLASH not in decoded:
                return False
        return True


def _join(patterns: Sequence[Pattern]) -> Pattern | None:
    """Return one program for several patterns, or None if there is none or RE2 cannot join them."""
    if len(patterns) == 1:
        return patterns[0]
    return join_patterns(patterns) if patterns else None


def _split_none(_text: str) -> None:
    """Split no text, for patterns without a fast way."""


def _may_be_coded(text: str) -> bool:
    """Tell whether a text may have entities, colours or doubled quotes."""
    return "&" in text or '""' in text or "\x1b" in text


def _list_values(sensitive: Sensitive, data: bytes) -> list[bytes]:
    """Return what a pattern finds in a text."""
    return [data[start:stop] for start, stop in search_by_itself(sensitive, data)]
