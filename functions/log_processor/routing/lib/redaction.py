"""Redact records: replace sensitive values by tokens, in the text and in the names and values of all fields."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from log_processor.cutting import find_last_end
from log_processor.record import LogRecord, ReadAgain
from log_processor.routing.lib.disguise import disguise
from log_processor.routing.lib.encodings import list_views, make_root
from log_processor.routing.lib.field_names import FieldNames
from log_processor.routing.lib.fields import FieldRedactor, Path, replace_values
from log_processor.routing.lib.findings import Finding, clip_finding, make_finding
from log_processor.routing.lib.framing import join_messages
from log_processor.routing.lib.locating import ReadField, locate_value
from log_processor.routing.lib.masking import keep_deepest, mask
from log_processor.routing.lib.searching import Patterns
from log_processor.routing.lib.sensitive import NAMED, Sensitive
from log_processor.routing.lib.surroundings import Beside
from log_processor.routing.lib.tracing import MISSING, Trace, list_forms
from log_processor.routing.lib.views import View
from log_processor.storing.items import render_json

TOKEN_BYTES = 6


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """What to hide, and by which token: a keyed hash if `hashed` (`[email:1a2b3c4d5e6f]`), else a name (`[email]`).

    It is what a pattern finds, `sensitive`, or the value of the field that `field` names.
    """

    name: str
    sensitive: Sensitive | None = None
    field: str = ""
    hashed: bool = False


class Redaction:
    """The redaction rules of one route.

    Every rule searches the original text and the views of it, and values that overlap become one token. Equal values
    have equal hashes under one `key`, in every route. A hash is 48 bits of keyed BLAKE2b (RFC 7693). The end of a text
    that was cut becomes `[cut]`.
    """

    def __init__(self, rules: Sequence[RedactionRule], key: str) -> None:
        self.rules = tuple(rules)
        self._key = hashlib.blake2b(key.encode(), digest_size=32).digest()
        self._patterns = Patterns([(index, rule.sensitive) for index, rule in enumerate(rules) if rule.sensitive])
        self._tokens = (*self.rules, RedactionRule("cut"))
        self._contextual = frozenset(
            index for index, rule in enumerate(self._tokens) if rule.sensitive is None or rule.sensitive.is_contextual
        )
        self._key_rule = self._find_key_rule()
        self._names = FieldNames((index, rule.field) for index, rule in enumerate(rules) if rule.field)

    def _find_key_rule(self) -> int | None:
        """Return the index of the rule that hides private keys, None if there is none."""
        keys = NAMED["aws_key"]
        return next((index for index, rule in enumerate(self.rules) if rule.sensitive is keys), None)

    def text(self, text: str) -> str:
        """Return `text` with a token instead of each sensitive value."""
        return self._redact_leaf(text, ())

    def apply(self, record: LogRecord, read_again: ReadAgain | None = None, beside: Beside | None = None) -> None:
        """Redact a record in place: its text, the names and values of its fields, and its `parse_error`.

        A value that a rule knows by what stands beside it is traced into the fields by `read_again`. Of a value that
        goes on `beside` the record, the record's part is hidden.
        """
        data = record.log_data.encode("utf-8", "replace")
        views = self._list_views(data, record.format)
        findings = self._patterns.find(views)
        if self._names:
            findings += self._find_fields(record, views, read_again)
        if beside is not None:
            findings += self._find_beside(record, views, beside)
        if record.truncated:
            findings += self._find_tail(views[0], record.format)
        if record.parse_error:
            record.parse_error = self.text(record.parse_error)
        if findings:
            findings = keep_deepest(findings)
            record.log_data = mask(data, findings, self._make_token).decode("utf-8", "replace")
        contextual = [one for one in findings if one.rule in self._contextual]
        tokens = {} if len(contextual) == len(findings) else self._make_tokens(findings)
        has_names = bool(self._names) and next(self._names.find_fields(record.fields), None) is not None
        if contextual or has_names or not self._patterns.can_join:
            self._redact_fields(record, data, contextual, tokens, read_again)
        else:
            self._redact_clean_fields(record, tokens)

    def _redact_clean_fields(self, record: LogRecord, tokens: Mapping[str, str]) -> None:
        """Replace the values that were hidden in the text where they are whole fields, if the fields hold no others.

        One search over all the joined names and values tells, faster than one search for each.
        """
        others: list[str] = []
        replaced = replace_values(record.fields, tokens, others)
        data = "\n".join(others).encode("utf-8", "replace")
        if self._is_clean(data):
            record.fields = replaced
        else:
            self._redact_fields(record, data, [], tokens, None)

    def _is_clean(self, data: bytes) -> bool:
        """Tell whether no rule finds anything in a text."""
        if not self._names and self._patterns.is_clean(data):
            return True
        views = self._list_views(data)
        return not self._patterns.find(views) and next(self._find_named(views), None) is None

    def _redact_fields(
        self,
        record: LogRecord,
        data: bytes,
        contextual: Sequence[Finding],
        tokens: Mapping[str, str],
        read_again: ReadAgain | None,
    ) -> None:
        """Redact each name and value; `contextual` are the findings to trace into them, `tokens` those of others."""
        forms = list_forms((one.rule, one.value, self._make_token(one.rule, one.value)) for one in contextual)
        other: Any = MISSING
        if contextual and read_again is not None:
            spans = [span for one in contextual for span in one.spans]
            other = read_again(disguise(data, spans).decode("utf-8", "replace"))

        def redact_text(text: str, traces: Sequence[Trace]) -> str:
            token = None if traces else tokens.get(text)
            return self._redact_leaf(text, traces) if token is None else token

        redactor = FieldRedactor(redact_text, self._choose_token, forms)
        record.fields = redactor.redact_members(record.fields, MISSING if other is None else other)

    def _make_tokens(self, findings: Iterable[Finding]) -> dict[str, str]:
        """Return the tokens of values that are known by themselves, by the values."""
        return {
            one.value.decode("utf-8", "replace"): self._make_token(one.rule, one.value).decode()
            for one in findings
            if one.rule not in self._contextual
        }

    def _list_views(self, data: bytes, format_name: str = "") -> list[View]:
        """Return the text and those views of it in which a rule may find what it does not find in the text."""
        if self._names and (b"\\" in data or b"\n" in data):
            return list(list_views(make_root(data, format_name), format_name))
        return self._patterns.list_views(data, format_name)

    def _find_tail(self, root: View, format_name: str) -> Iterator[Finding]:
        """Yield the end of a text that was cut, up to where no value is: it may be half of one."""
        view = join_messages(root, format_name) if root.is_framed else root
        span = find_last_end(view.data, 0, len(view.data)), len(view.data)
        if span[0] < span[1]:
            yield make_finding(len(self.rules), view.data[slice(*span)], view, span)

    def _find_beside(self, record: LogRecord, views: Sequence[View], beside: Beside) -> Iterator[Finding]:
        """Yield what is known by the text beside the record: lines of a private key, and parts of values."""
        if beside.key is not None and self._key_rule is not None:
            for view in list_views(views[0], record.format):
                for span in beside.key.find_lines(view):
                    yield make_finding(self._key_rule, view.data[slice(*span)], view, span)
        if beside.before or beside.after:
            before, data, after = (
                text.encode("utf-8", "replace") for text in (f"{beside.before}\n", record.log_data, f"\n{beside.after}")
            )
            wider = self._list_views(before + data + after, record.format)
            for finding in (*self._patterns.find(wider), *self._find_named(wider)):
                yield from clip_finding(finding, len(before), len(before) + len(data))

    def _find_fields(self, record: LogRecord, views: Sequence[View], read_again: ReadAgain | None) -> Iterator[Finding]:
        """Yield the values of the fields that are hidden because of their names, where they stand in the text."""
        named = list(self._find_named(views))
        yield from named
        known = {(one.rule, one.value) for one in named}
        for rule, path, value in self._names.find_fields(record.fields):
            text = value if isinstance(value, str) else render_json(value)
            if (rule, text.encode("utf-8", "replace")) in known or isinstance(value, dict | list):
                continue
            for view, span in locate_value(text, views, _bind_reading(path, read_again)):
                yield make_finding(rule, view.data[slice(*span)], view, span)

    def _find_named(self, views: Iterable[View]) -> Iterator[Finding]:
        for view in views:
            for rule, span in self._names.find_values(view):
                yield make_finding(rule, view.data[slice(*span)], view, span)

    def _redact_leaf(self, text: str, traces: Sequence[Trace]) -> str:
        """Return the redacted text, in which the values of `traces` are hidden too."""
        data = text.encode("utf-8", "replace")
        views = self._list_views(data)
        findings = [*self._patterns.find(views), *self._find_named(views)]
        if not findings and not traces:
            return text
        findings = keep_deepest(findings)
        findings += [Finding(form.rule, form.value, (span,), 0) for span, form in traces]
        return mask(data, findings, self._make_token).decode("utf-8", "replace")

    def _make_token(self, rule: int, value: bytes) -> bytes:
        hidden = self._tokens[rule]
        name = hidden.name.encode()
        if not hidden.hashed:
            return b"[%b]" % name
        normal = hidden.sensitive.normalise(value) if hidden.sensitive else value
        digest = hashlib.blake2b(normal, key=self._key, digest_size=TOKEN_BYTES)
        return b"[%b:%b]" % (name, digest.hexdigest().encode())

    def _choose_token(self, path: Path, text: str) -> str | None:
        """Return the token of a field that a rule hides because of its name, or None."""
        rule = self._names.find_rule(path)
        return None if rule is None else self._make_token(rule, text.encode("utf-8", "replace")).decode()


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
