"""Give formats whose records embed lines of other formats a reader of these.

A container runtime, a log service or syslog writes a prefix before each line of an application; shippers make it a
member of a JSON object. This is the rule of who may claim such a line:

- Each format says itself in which carriers its lines may stand (`Format.embedded`). `bind_carriers` gives each carrier
  a reader that tries those formats in their order.
- A format has to read the whole line, as it does a line of its own. Text is never claimed.
- Syslog and members hold prose, too, which `may_be_line` tells by its beginning.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_processor.formats.lib.format import CarrierKind, Embedded, Format, Parse, Parsed, ReadMessage
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.timestamps import MONTHS

Candidate = tuple[str, Parse, Embedded]
"""A text without which a parser reads nothing, the parser, and how its format may be embedded."""


BEGINNING = compile_lazily(
    r"[{<]|\[(?! {0,4}\d+\.\d|[A-Z]+ [A-Z]+\])|\d{4}[-/.]\d\d|\d{1,3}\.\d{1,3}\.|\d{6} |\d{1,9}:[A-Z] "
    r"|[CEFIW]\d{4}(?:\d\d)? |\d{1,2}[-/ ][A-Z][a-z]{2}[-/ ]\d|\d \d{12} "
)
"""What a line that is no prose and has no name in front begins with.

That is an object, a priority, a bracket (but not the kernel's: `[UFW BLOCK] `, `[    1.234567] `), a date, an address,
Redis' or klog's head, or the version and account of a flow log.
"""
MONTH = compile_lazily(rf"(?:{'|'.join(MONTHS)}) {{1,2}}\d{{1,2}} ")
FROM_SYSLOG = compile_lazily(MONTH.pattern + r"\d\d:\d\d:\d\d [\w.:-]{1,255} [^\s:\[\]]{1,64}(?:\[\d{1,18}\])?: ")
"""A line of syslog without a priority shows it by its host and tag."""
NAMED = re.compile(r"[A-Za-z_@][\w.@/#%-]{0,127}=|(?:CEF|LEEF): ?\d|[A-Za-z_@][\w.@-]{0,63}:[^\t\n]{1,200}\t")
"""A pair, the head of an event, or a label of LTSV, whose pairs have tabs between."""


def may_be_line(message: str, *, is_output: bool = False) -> bool:
    """Tell whether a message of syslog, or a member of JSON, may be a line of a format of its own, and is no prose.

    What a program wrote to its output (`is_output`) may be one in any case, but for a date without a year.
    """
    if message[3:4] == " " and MONTH.match(message):
        return FROM_SYSLOG.match(message) is not None
    if is_output:
        return True
    if message[:2].isalpha():
        may_be_named = "=" in message or "\t" in message or message[:3] == "CEF"
        return (may_be_named and NAMED.match(message) is not None) or '] "' in message
    return BEGINNING.match(message) is not None or '] "' in message


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


def merge_message(syslog: Parsed, message: str, last_modified_ms: int, read: ReadMessage) -> Parsed:
    """Return the record `syslog` with what `message` says, if a format reads it.

    The fields and time of `syslog` win, the level and severity of the message do. `message` stays the whole text,
    unless its format has a `message` of its own.
    """
    answer = read(message, last_modified_ms) if may_be_line(message) else None
    if answer is None:
        return syslog
    embedded, parsed = answer
    fields = parsed.fields | syslog.fields
    own = ("severity_text", "message") if embedded.own_message else ("severity_text",)
    fields |= {name: parsed.fields[name] for name in own if name in parsed.fields}
    moment = parsed.timestamp_ms if syslog.timestamp_ms is None else syslog.timestamp_ms
    return Parsed(fields, moment, parsed.level or syslog.level)
