"""Redact records: replace sensitive values by tokens, in the text and in the names and values of all fields."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from log_processor.record import LogRecord, ReadAgain
from log_processor.routing.lib.clean_texts import CleanTexts
from log_processor.routing.lib.disguise import disguise
from log_processor.routing.lib.field_names import NamedField
from log_processor.routing.lib.fields import FieldRedactor, Path, put_values, replace_values
from log_processor.routing.lib.findings import Finding
from log_processor.routing.lib.masking import keep_deepest, mask
from log_processor.routing.lib.record_search import CUT, RecordSearch, RedactionRule
from log_processor.routing.lib.surroundings import Beside
from log_processor.routing.lib.tracing import MISSING, Trace, list_forms
from log_processor.storing.items import MAX_ITEM_BYTES, render_json

TOKEN_BYTES = 6


class Redaction:
    """The redaction rules of one route.

    Every rule searches the original text and the views of it, and values that overlap become one token. Equal values
    have equal hashes under one `key`, in every route. A hash is 48 bits of keyed BLAKE2b (RFC 7693). The end of a text
    that was cut becomes `[cut]`.
    """

    def __init__(self, rules: Sequence[RedactionRule], key: str) -> None:
        self.rules = tuple(rules)
        self._key = hashlib.blake2b(key.encode(), digest_size=32).digest()
        self._search = RecordSearch(self.rules)
        self._names = self._search.names
        self._has_names = bool(self._names)
        self._clean = CleanTexts(self._search.is_clean)
        self._tokens = (*self.rules, CUT)
        self._plain_tokens = tuple(None if rule.hashed else b"[%b]" % rule.name.encode() for rule in self._tokens)
        self._contextual = frozenset(
            index for index, rule in enumerate(self._tokens) if rule.sensitive is None or rule.sensitive.is_contextual
        )

    def text(self, text: str) -> str:
        """Return `text` with a token instead of each sensitive value."""
        return self._redact_leaf(text, ())

    def apply(self, record: LogRecord, read_again: ReadAgain | None = None, beside: Beside | None = None) -> None:
        """Redact a record in place: its text, the names and values of its fields, and its `parse_error`.

        A value that a rule knows by what stands beside it is traced into the fields by `read_again`. Of a value that
        goes on `beside` the record, the record's part is hidden.
        """
        if beside is None and self._hide_plainly(record):
            return
        data = record.log_data.encode("utf-8", "replace")
        named = self._names.find_fields(record.fields) if self._has_names else []
        if named and beside is None and self._hide_words(record, data, named):
            return
        findings = self._search.search_record(record, data, named, read_again, beside)
        if record.parse_error:
            record.parse_error = self.text(record.parse_error)
        if findings:
            findings = keep_deepest(findings)
            record.log_data = mask(data, findings, self._make_token).decode("utf-8", "replace")
        if len(data) > MAX_ITEM_BYTES:  # hardly an item can hold its fields: they take ten times the text's memory
            record.fields = {}
            return
        contextual = [one for one in findings if one.rule in self._contextual]
        tokens = {} if len(contextual) == len(findings) else self._make_tokens(findings)
        other: Any = MISSING
        if contextual and read_again is not None:
            spans = [span for one in contextual for span in one.spans]
            other = read_again(disguise(data, spans).decode("utf-8", "replace"))
        if not self._search.can_join or not self._redact_plain_fields(record, contextual, tokens, named, other):
            self._redact_fields(record, contextual, tokens, MISSING if other is None else other)

    def _hide_plainly(self, record: LogRecord) -> bool:
        """Hide what the only pattern finds, in a text without escapes and in whole fields, and tell whether it is so.

        So are most records of most routes: nothing else has to be looked at then.
        """
        if record.parse_error or record.truncated:
            return False
        pieces = self._search.split_plain(record.log_data, record.format)
        if pieces is None:
            return False
        tokens: dict[str, str] = {}
        for index in range(1, len(pieces), 2):
            value = pieces[index]
            pieces[index] = tokens[value] = self._make_token(self._search.only_rule, value.encode()).decode()
        fields = self._replace_values(record.fields, tokens)
        if fields is None:
            return False
        record.fields = fields
        if tokens:
            record.log_data = "".join(pieces)
        return True

    def _hide_words(self, record: LogRecord, data: bytes, named: Sequence[NamedField]) -> bool:
        """Hide the `named` fields if they are words, each in one place of the text, and tell whether they are.

        There are no patterns, so nothing else is to be found.
        """
        if self._search.has_patterns or record.parse_error or record.truncated:
            return False
        findings = self._search.find_words(record, data, named)
        if not findings:
            return False
        record.log_data = mask(data, findings, self._make_token).decode("utf-8", "replace")
        hidden = [(rule, path, self._make_field_token(rule, value)) for rule, path, value in named]
        record.fields = put_values(record.fields, hidden)
        return True

    def _redact_plain_fields(
        self,
        record: LogRecord,
        contextual: Sequence[Finding],
        tokens: Mapping[str, str],
        named: Sequence[NamedField],
        other: Any,
    ) -> bool:
        """Redact the fields if they are plain, and tell whether they are.

        They are if the values that were hidden in the text are whole fields, and no others hold a part of one: those
        that are known by themselves are equal to a field, and the others are the `named` fields, without which the
        second reading, `other`, is equal to the first. One search over all the other joined names and values tells
        whether they hold any, faster than one search for each.
        """
        fields = record.fields
        if contextual and (not isinstance(other, dict) or put_values(other, named) != fields):
            return False
        if named:
            hidden = [(rule, path, self._make_field_token(rule, value)) for rule, path, value in named]
            fields = put_values(fields, hidden)
        replaced = self._replace_values(fields, tokens)
        if replaced is None:
            return False
        record.fields = replaced
        return True

    def _replace_values(self, fields: dict[str, Any], tokens: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the fields with the tokens of names and values; None if others may hold anything that is hidden."""
        others: list[str] = []
        replaced = replace_values(fields, tokens, self._clean.known, others)
        return replaced if not others or self._clean.are_clean(others) else None

    def _redact_fields(
        self, record: LogRecord, contextual: Sequence[Finding], tokens: Mapping[str, str], other: Any
    ) -> None:
        """Redact each name and value; `contextual` are the findings to trace into them, `tokens` those of others.

        `other` is what was read with the contextual values disguised.
        """
        forms = list_forms((one.rule, one.value, self._make_token(one.rule, one.value)) for one in contextual)

        def redact_text(text: str, traces: Sequence[Trace]) -> str:
            token = None if traces else tokens.get(text)
            return self._redact_leaf(text, traces) if token is None else token

        redactor = FieldRedactor(redact_text, self._choose_token, forms)
        record.fields = redactor.redact_members(record.fields, other)

    def _make_tokens(self, findings: Iterable[Finding]) -> dict[str, str]:
        """Return the tokens of values that are known by themselves, by the values."""
        return {
            one.value.decode("utf-8", "replace"): self._make_token(one.rule, one.value).decode()
            for one in findings
            if one.rule not in self._contextual
        }

    def _redact_leaf(self, text: str, traces: Sequence[Trace]) -> str:
        """Return the redacted text, in which the values of `traces` are hidden too."""
        data = text.encode("utf-8", "replace")
        findings = self._search.search_text(data)
        if not findings and not traces:
            return text
        findings = keep_deepest(findings)
        findings += [Finding(form.rule, form.value, (span,), 0) for span, form in traces]
        return mask(data, findings, self._make_token).decode("utf-8", "replace")

    def _make_token(self, rule: int, value: bytes) -> bytes:
        token = self._plain_tokens[rule]
        if token is not None:
            return token
        hidden = self._tokens[rule]
        normal = hidden.sensitive.normalise(value) if hidden.sensitive else value
        digest = hashlib.blake2b(normal, key=self._key, digest_size=TOKEN_BYTES)
        return b"[%b:%b]" % (hidden.name.encode(), digest.hexdigest().encode())

    def _choose_token(self, path: Path, text: str) -> str | None:
        """Return the token of a field that a rule hides because of its name, or None."""
        rule = self._names.find_rule(path)
        return None if rule is None else self._make_field_token(rule, text)

    def _make_field_token(self, rule: int, value: Any) -> str:
        token = self._plain_tokens[rule]
        if token is None:
            text = value if isinstance(value, str) else render_json(value)
            token = self._make_token(rule, text.encode("utf-8", "replace"))
        return token.decode()
