"""Define the member of a zip: a file within an object, which is read like an object of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from log_processor.errors import PipelineError
from log_processor.work.field_rules import OBJECT_KEY, OFFSET, FieldRule, bound_number, find_wrong_field

STORED, DEFLATED = 0, 8
"""The methods that are read, by their numbers in a zip."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a zip, as the zip's directory describes it.

    - `number`: its place in the directory, from 0; several members may have the same `name`.
    - `position`: the byte of the object at which its own head begins, and behind it its `packed_bytes`.
    - `method`: whether these are `STORED` or `DEFLATED`; they become `size_bytes` with this `checksum` (CRC-32).
    """

    number: int
    name: str
    position: int
    packed_bytes: int
    size_bytes: int
    method: int
    checksum: int

    @property
    def label(self) -> str:
        """Return what names the member in keys of the ledger and of the archive, such as `member-00003`."""
        return f"member-{self.number:05d}"

    def add_name(self, error: PipelineError) -> PipelineError:
        """Return the same error with the member's name before its message."""
        return type(error)(f"the zip's member {self.name!r}: {error}")


RULES: Mapping[str, FieldRule] = {
    "number": bound_number(0, 99_999),
    "name": OBJECT_KEY,
    "position": OFFSET,
    "packed_bytes": OFFSET,
    "size_bytes": OFFSET,
    "method": FieldRule(lambda value: value in (STORED, DEFLATED), "0 or 8"),
    "checksum": bound_number(0, 2**32 - 1),
}
NAMES = {field.name for field in fields(Member)}


def is_member(value: Any) -> bool:
    """Tell whether a value of a message is a member, with every field and none that breaks its rule."""
    return isinstance(value, dict) and value.keys() == NAMES and find_wrong_field(value, RULES) is None
