"""Redact records: replace sensitive values by tokens, in the text and in the names and values of all fields."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from log_processor.record import LogRecord
from log_processor.routing.lib.patterns import join_patterns
from log_processor.routing.lib.sensitive import Sensitive
from log_processor.routing.lib.spans import find_spans, merge_spans
from log_processor.storing.items import MAX_DEPTH, render_json

MIN_CONTEXTUAL_CHARACTERS = 4
MAX_CONTEXTUAL_VALUES = 64
MAX_NAMES = 4096
TOKEN_BYTES = 6
ANCHOR = re.compile(r"(?<!\[)\^|\$|\\[AzB]")
"""The parts of a pattern that may match in a value by itself, but not if other values stand before or after it."""
Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """What to hide, and by which token: a keyed hash if `hashed` (`[email:1a2b3c4d5e6f]`), else a name (`[email]`).

    `own` marks a pattern that the author of the route wrote.
    """

    sensitive: Sensitive
    hashed: bool = False
    own: bool = False

    @property
    def is_contextual(self) -> bool:
        r"""Tell whether the pattern may recognise a value by the text beside it, as `password=(\S+)` does.

        Such a value is hidden in the fields too, where that text does not stand beside it.
        """
        return self.own or self.sensitive.pattern.groups > 0


@dataclass(frozen=True, slots=True)
class _HiddenValues:
    """The values that were hidden in a record's text: each with its token, and a list of the contextual ones."""

    tokens: dict[str, str] = field(default_factory=dict)
    contextual: list[str] = field(default_factory=list)

    def add(self, value: str, token: str, rule: RedactionRule) -> None:
        """Remember a value that `rule` found."""
        self.tokens[value] = token
        if rule.is_contextual and len(value) >= MIN_CONTEXTUAL_CHARACTERS:
            self.contextual.append(value)

    def list_contextual_tokens(self) -> dict[str, str]:
        """Return the tokens of the longest contextual values, the longest first."""
        longest = sorted(self.contextual, key=len, reverse=True)[:MAX_CONTEXTUAL_VALUES]
        return {value: self.tokens[value] for value in longest}


class Redaction:
    """The redaction rules of one route.

    Every rule searches the original text, and values that overlap become one token. Equal values have equal hashes
    under one `key`, in every route. A hash is 48 bits of keyed BLAKE2b (RFC 7693).
    """

    def __init__(self, rules: Sequence[RedactionRule], key: str) -> None:
        self.rules = tuple(rules)
        self._key = hashlib.blake2b(key.encode(), digest_size=32).digest()
        self._any = join_patterns([rule.sensitive.pattern for rule in self.rules])
        self._can_join = not any(rule.own and ANCHOR.search(rule.sensitive.pattern.pattern) for rule in self.rules)
        self._names: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return `text` with a token instead of each sensitive value."""
        return self._redact_text(text, None)

    def apply(self, record: LogRecord) -> None:
        """Redact a record in place: its text, the names and values of its fields, and its `parse_error`."""
        hidden = _HiddenValues()
        record.log_data = self._redact_text(record.log_data, hidden)
        if record.parse_error:
            record.parse_error = self.text(record.parse_error)
        tokens = hidden.tokens
        is_clean = self._is_clean(record.fields, tokens)
        if is_clean and not tokens:
            return
        contextual = hidden.list_contextual_tokens()

        def redact(text: str) -> str:
            return tokens.get(text) or _replace_values(text if is_clean else self.text(text), contextual)

        record.fields = self._redact_members(record.fields, redact, 0)

    def _is_clean(self, fields: Mapping[str, Any], tokens: Mapping[str, str]) -> bool:
        """Tell whether no rule finds anything in the fields, apart from whole values that already have a token.

        One search over all the joined names and values answers that faster than one search for each. The answer is
        False if the rules cannot be searched for like that.
        """
        if self._any is None or not self._can_join:
            return False
        texts: list[str] = []
        _gather_texts(fields, texts, 0)
        joined = "\n".join([text for text in texts if text not in tokens] if tokens else texts)
        return self._any.search(joined.encode("utf-8", "replace")) is None

    def _redact_text(self, text: str, hidden: _HiddenValues | None) -> str:
        """Return the redacted text; add each value that is hidden to `hidden`, if that is given."""
        data = text.encode("utf-8", "replace")
        if self._any is not None and self._any.search(data) is None:
            return text
        spans = [(*span, index) for index, rule in enumerate(self.rules) for span in find_spans(rule.sensitive, data)]
        if not spans:
            return text
        pieces, position = [], 0
        for start, end, index in merge_spans(spans):
            rule, value = self.rules[index], data[start:end]
            token = self._make_token(rule, value)
            pieces += [data[position:start], token]
            position = end
            if hidden is not None:
                hidden.add(value.decode("utf-8", "replace"), token.decode(), rule)
        return b"".join([*pieces, data[position:]]).decode("utf-8", "replace")

    def _make_token(self, rule: RedactionRule, value: bytes) -> bytes:
        name = rule.sensitive.name.encode()
        if not rule.hashed:
            return b"[%b]" % name
        digest = hashlib.blake2b(rule.sensitive.normalise(value), key=self._key, digest_size=TOKEN_BYTES)
        return b"[%b:%b]" % (name, digest.hexdigest().encode())

    def _redact_name(self, name: str) -> str:
        """Return the redacted name of a field; names repeat, so results are cached."""
        redacted = self._names.get(name)
        if redacted is None:
            redacted = self.text(name)
            if len(self._names) < MAX_NAMES:
                self._names[name] = redacted
        return redacted

    def _redact_value(self, value: Any, redact: Redact, depth: int) -> Any:
        """Return the redacted value of a field.

        Numbers are redacted as text, and stay numbers if nothing is hidden. What is nested too deeply for the table
        is redacted as JSON text.
        """
        if isinstance(value, str):
            return redact(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict | list):
            if depth >= MAX_DEPTH:
                return redact(render_json(value))
            if isinstance(value, list):
                return [self._redact_value(member, redact, depth + 1) for member in value]
            return self._redact_members(value, redact, depth + 1)
        text = render_json(value)
        redacted = redact(text)
        return value if redacted == text else redacted

    def _redact_members(self, members: Mapping[str, Any], redact: Redact, depth: int) -> dict[str, Any]:
        """Return the members with redacted names and values; equal names get a number: `[email]`, `[email]~1`."""
        redacted: dict[str, Any] = {}
        for name, value in members.items():
            new_name = self._redact_name(name)
            unique = f"{new_name}~{len(redacted)}" if new_name in redacted else new_name
            redacted[unique] = self._redact_value(value, redact, depth)
        return redacted


def _gather_texts(value: Any, texts: list[str], depth: int) -> None:
    """Append to `texts` every name and value below `value`, in the form in which `Redaction` redacts it."""
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict) and depth <= MAX_DEPTH:
        texts.extend(value)
        for member in value.values():
            _gather_texts(member, texts, depth + 1)
    elif isinstance(value, list) and depth <= MAX_DEPTH:
        for member in value:
            _gather_texts(member, texts, depth + 1)
    elif value is not None and not isinstance(value, bool):
        texts.append(render_json(value))


def _replace_values(text: str, tokens: Mapping[str, str]) -> str:
    for value, token in tokens.items():
        if value in text:
            text = text.replace(value, token)
    return text
