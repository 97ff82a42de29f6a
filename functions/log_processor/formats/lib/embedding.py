"""Give formats whose records embed lines of other formats a reader of these.

A container runtime or a log service writes a prefix before each line of an application. Each format says itself behind
which prefix it may stand (`Format.embedded`). `bind_carriers` gives each carrier a reader that tries those formats in
their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_processor.formats.lib.format import CarrierKind, Embedded, Format, Parse, Parsed, ReadMessage

Candidate = tuple[str, Parse, Embedded]
"""A text without which a parser reads nothing, the parser, and how its format may be embedded."""


def bind_carriers(known: Sequence[Format]) -> tuple[Format, ...]:
    """Return the formats in their order, with a reader of embedded messages for each carrier."""
    readers = {kind: build_reader(kind, known) for kind in CarrierKind}
    return tuple(
        replace(one, parse=one.carrier.bind(readers[one.carrier.kind])) if one.carrier else one for one in known
    )


def build_reader(kind: CarrierKind, known: Iterable[Format]) -> ReadMessage:
    """Return a reader of the messages in carriers of one kind, by the formats that may be embedded there."""
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
