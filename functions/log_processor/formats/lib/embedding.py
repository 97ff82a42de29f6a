"""Formats whose records are the message of another format's: who reads such a message.

A container's runtime or a log service puts a head of its own before each line of an application. Which formats may
stand behind such a head is said by each of them (`Format.embedded`); `complete` gives those that carry others a reader
of all that may stand there, tried in the formats' own order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_processor.formats.lib.format import CarrierKind, Embedded, Format, Parse, Parsed, ReadMessage

Candidate = tuple[str, Parse, Embedded]
"""A text without which a parser reads nothing, the parser, and how its format may be embedded."""


def bind_carriers(known: Sequence[Format]) -> tuple[Format, ...]:
    """Return the formats in their order, those that carry others with a reader of what they carry."""
    readers = {kind: build_reader(kind, known) for kind in CarrierKind}
    return tuple(
        replace(one, parse=one.carrier.bind(readers[one.carrier.kind])) if one.carrier else one for one in known
    )


def build_reader(kind: CarrierKind, known: Iterable[Format]) -> ReadMessage:
    """Return what reads the messages of one place, by the formats that may stand there."""
    embeddable = [
        (one.parse, one.embedded) for one in known if one.embedded is not None and kind in one.embedded.carriers
    ]
    by_begin: dict[str, tuple[Candidate, ...]] = {
        begin: tuple((embedded.needs, parse, embedded) for parse, embedded in embeddable if begin in embedded.begins)
        for begin in frozenset("".join(embedded.begins for _, embedded in embeddable))
    }

    def read(message: str, last_modified_ms: int) -> tuple[Embedded, Parsed] | None:
        for needed, parse, embedded in by_begin.get(message[:1], ()):
            if needed in message and (parsed := parse(message, last_modified_ms)) is not None:
                return embedded, parsed
        return None

    return read
