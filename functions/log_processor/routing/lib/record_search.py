"""Search a record for what the rules of a route hide: by its own text, its fields, and what stands beside it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from log_processor.cutting import find_last_end
from log_processor.record import LogRecord, ReadAgain
from log_processor.routing.lib.encodings import has_escapes_alone, has_name_sign, list_views, make_root
from log_processor.routing.lib.escapes import RARE_ESCAPE
from log_processor.routing.lib.field_names import FieldNames, NamedField, NamedValue, Path
from log_processor.routing.lib.fields import put_values
from log_processor.routing.lib.findings import Finding, clip_finding, make_finding
from log_processor.routing.lib.framing import join_messages
from log_processor.routing.lib.locating import ReadField, locate_value
from log_processor.routing.lib.plain_words import are_words_apart
from log_processor.routing.lib.searching import Patterns
from log_processor.routing.lib.sensitive import NAMED, Sensitive
from log_processor.routing.lib.surroundings import Beside
from log_processor.routing.lib.views import BACKSLASH, LINE_END, View
from log_processor.storing.items import render_json


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """What to hide, and by which token: a keyed hash if `hashed` (`[email:1a2b3c4d5e6f]`), else a name (`[email]`).

    It is what a pattern finds, `sensitive`, or the value of the field that `field` names.
    """

    name: str
    sensitive: Sensitive | None = None
    field: str = ""
    hashed: bool = False


CUT = RedactionRule("cut")
"""Hides the end of a text that was cut; its index is the number of a route's rules."""


class RecordSearch:
    """The search for what the rules of one route hide; a finding has the index of its rule.

    `names` are those of the fields that are hidden, and `can_join` says that texts may be searched as one, joined.
    """

    def __init__(self, rules: Sequence[RedactionRule]) -> None:
        self.names = FieldNames((index, rule.field) for index, rule in enumerate(rules) if rule.field)
        self._patterns = Patterns([(index, rule.sensitive) for index, rule in enumerate(rules) if rule.sensitive])
        keys = NAMED["aws_key"]
        self._key_rule = next((index for index, rule in enumerate(rules) if rule.sensitive is keys), None)
        self._cut_rule = len(rules)
        self._has_names = bool(self.names)
        self.can_join = self._patterns.can_join
        self.has_patterns = bool(self._patterns)
        self.only_rule = 0 if len(rules) == 1 and not self._has_names else -1

    def search_record(
        self,
        record: LogRecord,
        data: bytes,
        named: Sequence[NamedField],
        read_again: ReadAgain | None,
        beside: Beside | None,
    ) -> list[Finding]:
        """Return what the rules find in a record, whose text is `data`; `named` are its fields with names of rules."""
        placed = self._place_fields(data, record.format, named) if self._has_names else []
        views, findings = self._search_patterns(data, record.format, is_decoded=placed is None)
        if placed is None:
            findings += self._locate_fields(named, views, read_again)
        elif placed:
            findings += [make_finding(rule, data[slice(*span)], views[0], span) for rule, span in placed]
        if beside is not None:
            findings += self._find_beside(record, views[0], beside)
        if record.truncated:
            findings += self._find_tail(views[0], record.format)
        return findings

    def find_words(self, record: LogRecord, data: bytes, named: Sequence[NamedField]) -> list[Finding]:
        """Return the values of the `named` fields in a record's text if they are words that no other field has."""
        placed = self._place_fields(data, record.format, named)
        if not placed:
            return []
        spans, words = [span for _, span in placed], [_get_text(value) for _, _, value in named]
        others = put_values(record.fields, [(rule, path, None) for rule, path, _ in named])
        if not are_words_apart(data, spans, words, others, self.names.may_stand_in):
            return []
        root = make_root(data, record.format)
        return [make_finding(rule, data[slice(*span)], root, span) for rule, span in placed]

    def split_plain(self, text: str, format_name: str) -> list[str] | None:
        """Return the pieces of a text by the only rule; None if it is not alone, or the text needs a closer look."""
        return None if self.only_rule < 0 else self._patterns.split_plain(text, format_name)

    def search_text(self, data: bytes) -> list[Finding]:
        """Return what the rules find in a text of which nothing else is known."""
        return [] if self._is_plain_and_clean(data) else self._search(data)

    def is_clean(self, text: str) -> bool:
        """Tell whether no rule finds anything in a text."""
        if not self._has_names and self._patterns.is_surely_clean(text):
            return True
        data = text.encode("utf-8", "replace")
        return self._is_plain_and_clean(data) or not self._search(data)

    def _is_plain_and_clean(self, data: bytes) -> bool:
        """Tell whether a text has nothing to decode, and one search shows that no rule finds anything in it."""
        if self._has_names and (not _is_readable(data) or self.names.may_stand_in(data)):
            return False
        return self._patterns.is_clean(data)

    def _search(self, data: bytes, format_name: str = "") -> list[Finding]:
        """Return what the rules find in a text and its views."""
        is_decoded = self._has_names and (BACKSLASH in data or LINE_END in data)
        views, findings = self._search_patterns(data, format_name, is_decoded=is_decoded)
        return [*findings, *self._find_named(views)]

    def _search_patterns(self, data: bytes, format_name: str, *, is_decoded: bool) -> tuple[list[View], list[Finding]]:
        """Return views of a text, all of them if it `is_decoded`, and what the patterns find in them."""
        if not is_decoded:
            return self._patterns.search(data, format_name)
        views = list(list_views(make_root(data, format_name), format_name))
        return views, self._patterns.find(views)

    def _find_tail(self, root: View, format_name: str) -> Iterator[Finding]:
        """Yield the end of a text that was cut, up to where no value is: it may be half of one."""
        view = join_messages(root, format_name) if root.is_framed else root
        span = find_last_end(view.data, 0, len(view.data)), len(view.data)
        if span[0] < span[1]:
            yield make_finding(self._cut_rule, view.data[slice(*span)], view, span)

    def _find_beside(self, record: LogRecord, root: View, beside: Beside) -> Iterator[Finding]:
        """Yield what is known by the text beside the record: lines of a private key, and parts of values."""
        if beside.key is not None and self._key_rule is not None:
            for view in list_views(root, record.format):
                for span in beside.key.find_lines(view):
                    yield make_finding(self._key_rule, view.data[slice(*span)], view, span)
        if beside.before or beside.after:
            before, after = (text.encode("utf-8", "replace") for text in (f"{beside.before}\n", f"\n{beside.after}"))
            for finding in self._search(before + root.data + after, record.format):
                yield from clip_finding(finding, len(before), len(before) + len(root.data))

    def _place_fields(self, data: bytes, format_name: str, named: Sequence[NamedField]) -> list[NamedValue] | None:
        """Return where the fields' values stand in the text, and no others; None if it has to be decoded for that."""
        return self.names.place_fields(data, named) if _is_readable(data, format_name) else None

    def _locate_fields(
        self, fields: Sequence[NamedField], views: Sequence[View], read_again: ReadAgain | None
    ) -> Iterator[Finding]:
        """Yield the values of the fields that are hidden because of their names, where they stand in the text."""
        named = list(self._find_named(views))
        yield from named
        known = {(one.rule, one.value) for one in named}
        for rule, path, value in fields:
            text = _get_text(value)
            if (rule, text.encode("utf-8", "replace")) in known or isinstance(value, dict | list):
                continue
            for view, span in locate_value(text, views, _bind_reading(path, read_again)):
                yield make_finding(rule, view.data[slice(*span)], view, span)

    def _find_named(self, views: Iterable[View]) -> Iterator[Finding]:
        for view in views:
            for rule, span in self.names.find_values(view):
                yield make_finding(rule, view.data[slice(*span)], view, span)


def _get_text(value: Any) -> str:
    return value if isinstance(value, str) else render_json(value)


def _is_readable(data: bytes, format_name: str = "") -> bool:
    """Tell whether a text has nothing to decode but quotes, backslashes, slashes, commas, blanks and line ends."""
    is_plain = BACKSLASH not in data or RARE_ESCAPE.search(data) is None
    return is_plain and has_escapes_alone(data, format_name, has_name_sign)


def _bind_reading(path: Path, read_again: ReadAgain | None) -> ReadField | None:
    """Return a function that reads the field at `path` of another text, or None without a second reading."""
    if read_again is None:
        return None

    def read_field(data: bytes) -> Any:
        value: Any = read_again(data.decode("utf-8", "replace"))
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return read_field
