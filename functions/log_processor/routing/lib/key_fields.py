"""Add to each record of an object the fields that its key and its route give, beside those that it has itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from log_processor.record import LogRecord
from log_processor.routing.lib.aws_keys import read_aws_key
from log_processor.routing.lib.filters import get_nested
from log_processor.routing.lib.unique_names import choose_name

if TYPE_CHECKING:
    from log_processor.routing.lib.key_template import KeyTemplate
    from log_processor.routing.lib.redaction import Redaction


@dataclass(frozen=True, slots=True)
class KeyFields:
    """Which fields a route gives to its records: what `template` takes out of the key, and `constants`.

    Without a template, and unless `takes_none`, the fields are those of AWS's own keys.
    """

    template: "KeyTemplate | None" = None
    takes_none: bool = False
    constants: Mapping[str, Any] = field(default_factory=dict)

    def read(self, key: str) -> dict[str, Any]:
        """Return the fields of each record of the object `key`: a function of the key and the route alone."""
        return {**self._read_key(key), **self.constants}

    def _read_key(self, key: str) -> Mapping[str, Any]:
        if self.template is not None:
            return self.template.read(key) or {}
        return {} if self.takes_none else read_aws_key(key)

    def hide(self, key: str, redaction: "Redaction") -> dict[str, tuple[str, Any]]:
        """Return the name and the value as which each field of the object `key` is stored, by its own name.

        A value that a rule knows by what stands beside it in the key is hidden too: `abc` in `token=abc/a.log`. Equal
        names get a number: `[user]`, `[user]~1`.
        """
        hidden: dict[str, tuple[str, Any]] = {}
        taken: set[str] = set()
        for name, value in self.read(key).items():
            new_name, new_value = self._hide_field(key, name, value, redaction)
            unique = choose_name(new_name, taken)
            taken.add(unique)
            hidden[name] = unique, new_value
        return hidden

    def _hide_field(self, key: str, name: str, value: Any, redaction: "Redaction") -> tuple[str, Any]:
        def read_again(text: str) -> dict[str, Any] | None:
            fields = self.read(text)
            return {name: fields[name]} if name in fields else None

        record = LogRecord("", 0, "text", key, 0, 0, {name: value})
        redaction.apply(record, read_again)
        ((hidden_name, hidden_value),) = record.fields.items()
        return hidden_name, hidden_value


class SharedFields:
    """The fields that all records of an object have in common, as far as a record has no field of that name."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._tops = frozenset(part for name in fields for part in (name, name.partition(".")[0]))

    def __bool__(self) -> bool:
        return bool(self._fields)

    def select_missing(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that a record with the fields `own` does not have, neither by that name nor nested."""
        if own.keys().isdisjoint(self._tops):  # as usual: this is asked for every record
            return self._fields
        missing = (name for name in self._fields if name not in own and get_nested(own, name) is None)
        return {name: self._fields[name] for name in missing}
