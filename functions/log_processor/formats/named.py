"""Read a record of plain or timed text by the named format of which it shows the signs.

An object of text may hold lines of named formats: behind a banner, or between prints. To try each format for each line
would take most of the time, so a format is tried if the line begins as its lines do, and holds what they hold.
"""

from collections import defaultdict
from collections.abc import Iterator

from log_processor.formats.lib.format import CarrierKind, Format, Parse, Parsed
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.leading import is_bracket_open, read_lead
from log_processor.formats.lib.levels import WORDS
from log_processor.formats.registry import ORDER
from log_processor.formats.runtimes import java, python_logging
from log_processor.formats.runtimes.java_layouts import TRANSLATED

Candidate = tuple[str, str, Parse, bool]
"""A text without which a format reads nothing, its name and parser, and whether it reads log calls behind a time."""
CALLS = frozenset({java.FORMAT.name, python_logging.FORMAT.name})
LEVEL = rf"(?:{WORDS}|{TRANSLATED}|EXCEPTION|AUDIT)"
CALL = compile_lazily(
    rf"[ \t]*(?:[\[|:{{\"-]|\d{{1,18}} |{LEVEL}(?:[^\w ]| +(?:[\[({{|:-]|\d|in |[^\s:]+(?::| +[\[({{|:-]))))"
)
"""What stands behind the time of a log call: a bracket or another sign, a process, or a level with a logger behind."""
BOXED_CALL = compile_lazily(rf"[ \t]*(?:[\[|:{{\"-]|\d{{1,18}} |{LEVEL}(?!\w))")
"""The same behind a time in brackets: Kafka's logger stands at the end of the line."""
ZONE_CHARS = len("+0000])")


def _list_signs(known: Format) -> Iterator[tuple[str, str]]:
    """Yield the characters with which lines of a format begin, each with a text that such lines hold.

    A weak format shows no signs: text of other programs looks like it. Lines that only log services embed do not stand
    in text, unless they have a strong start. Of two texts that a line may hold, of which one holds the other, the
    shorter one counts: an access line has a quote, but not each has `] "`.
    """
    if known.is_weak:
        return
    embedded = known.embedded
    needed = embedded.needs if embedded is not None and CarrierKind.CONTAINER in embedded.carriers else None
    for strong in known.strong:
        own = strong.needs.decode()
        yield from ((begin, needed if needed and needed in own else own) for begin in strong.begins.decode())
    if embedded is not None and needed is not None:
        yield from ((begin, needed) for begin in embedded.begins)


def _index_by_begin() -> dict[str, tuple[Candidate, ...]]:
    """Return the formats in their order, by the characters with which their lines begin."""
    by_begin: defaultdict[str, dict[str, Candidate]] = defaultdict(dict)
    for known in ORDER:
        for begin, needed in _list_signs(known):
            by_begin[begin].setdefault(known.name, (needed, known.name, known.parse, known.name in CALLS))
    return {begin: tuple(candidates.values()) for begin, candidates in by_begin.items()}


BY_BEGIN = _index_by_begin()


def read_named(text: str, last_modified_ms: int) -> tuple[str, Parsed] | None:
    """Return the name of the first named format that reads `text`, and what it reads; None if none does."""
    is_call: bool | None = None
    for needed, name, parse, reads_calls in BY_BEGIN.get(text[:1], ()):
        if needed not in text:
            continue
        if reads_calls:
            is_call = _may_be_call(text, last_modified_ms) if is_call is None else is_call
            if not is_call:
                continue
        if (parsed := parse(text, last_modified_ms)) is not None:
            return name, parsed
    return None


def _may_be_call(text: str, last_modified_ms: int) -> bool:
    """Tell whether `text` may be a log call of an application: what stands behind its time may be a level or a logger.

    Without a time in front it may be.
    """
    lead = read_lead(text, last_modified_ms)
    if (
        lead is None
        or lead.level is not None
        or is_bracket_open(text, lead)
        or (BOXED_CALL if text[0] == "[" else CALL).match(text, lead.end)
    ):
        return True
    time_end = text[lead.end - ZONE_CHARS : lead.end].rstrip(" ])>")
    return "," in text[lead.end - 11 : lead.end] or time_end[-1:] in {"m", "M"}
