"""Tell JSON documents from lines by the beginning of an object, and read the records of the documents.

These are documents: arrays of objects, objects with an array of records, objects over several lines, and objects that
follow each other without a line end. JSON objects of one line each are lines. Documents are read as a stream, whatever
their size.
"""

import re
from collections.abc import Iterator
from itertools import chain

from log_processor.errors import PermanentError
from log_processor.reading.json.elements import Elements
from log_processor.reading.json.expansion import USUAL, Expansion, Expansions
from log_processor.reading.json.values import DamageError, IncompleteError, decode_value
from log_processor.reading.json.window import Window
from log_processor.record import RawRecord
from log_processor.state import InDocument
from log_processor.work.plan import Kind

DOCUMENT_HEAD_BYTES = 256 * 1024
NAME_BYTES = 4096
"""An array's name within so many first bytes tells a document from lines."""
BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?([\s\x1e]*)(?:(\[\s*\{)|\{)")
NEXT_OBJECT = re.compile(r"[ \t\r\x1e]*\{")
Blocks = Iterator[list[RawRecord]]


def read_documents(
    chunks: Iterator[bytes], expansions: Expansions = USUAL, kind: Kind | None = None
) -> tuple[Blocks | None, Iterator[bytes]]:
    """Return the records of the documents in `chunks` and an empty stream; if these hold lines, None and all of them.

    Follow `kind` if an earlier attempt decided it. Otherwise the beginning decides. What begins like a document is read
    as lines all the same if it is damaged before its records prove it to be one.
    """
    if kind == "lines":
        return None, chunks
    first = next(chunks, b"")
    beginning = BEGINNING.match(first)
    if kind is None and beginning is None and len(first) >= NAME_BYTES:
        return None, chain([first], chunks)
    head, rest, whole = _read_head(first, chunks)
    if kind is None and not is_document(head, expansions):
        return None, chain([head], rest)
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    elements = Elements(Window(head[mark:], rest, mark, whole=whole), expansions)
    blocks = elements.read_blocks()
    block = next(blocks)
    if kind is None and elements.is_convincing is False:
        return None, chain([head], rest)
    return chain([block], blocks), iter(())


def is_document(head: bytes, expansions: Expansions = USUAL) -> bool:
    r"""Tell whether an object that begins with `head` may be a document, rather than lines.

    After blanks and a byte order mark, it has to begin with `{`, or with `[` and `{`. It is then a document if one of
    these is true; else it is lines:

    - It begins with `[` and `{`, such as `[{"a": 1}`.
    - A record separator (RFC 7464) comes first.
    - A route names the arrays of its records, or `head` soon names a usual one, such as `{"Records": [`.
    - Its first JSON object goes over several lines, such as `{\n "a": 1\n}`, or goes on beyond its first line, whole or
      not.
    - Another object follows the first one in the same line, such as `{"a": 1}{"a": 2}`.
    """
    beginning = BEGINNING.match(head)
    if beginning is None:
        return False
    if beginning[2] or b"\x1e" in beginning[1] or expansions is not USUAL:
        return True
    text = head.decode("latin-1")
    if _names_array(text, expansions):
        return True
    try:
        _, end = decode_value(text, beginning.end() - 1, whole=True)
    except (IncompleteError, DamageError, RecursionError):
        return b"\n" in head
    return "\n" in text[beginning.end() : end] or NEXT_OBJECT.match(text, end) is not None


def _names_array(text: str, expansions: Expansions) -> bool:
    """Tell whether `text` soon names an array of records, or one on the way to it, whose first element may decide."""
    by_name = {one.path[0] if one.nested else one.path[-1]: one for one in expansions.values()}
    array = re.compile(rf'"({"|".join(map(re.escape, by_name))})"\s*:\s*\[\s*')
    return any(_holds_records(by_name[match[1]], text, match.end()) for match in array.finditer(text, 0, NAME_BYTES))


def _holds_records(expansion: Expansion, text: str, at: int) -> bool:
    if not expansion.names:
        return True
    try:
        element, _ = decode_value(text, at, whole=True)
    except (IncompleteError, DamageError, RecursionError):
        return False
    return isinstance(element, dict) and expansion.accepts(element)


def resume_documents(chunks: Iterator[bytes], state: InDocument, offset: int, expansions: Expansions) -> Blocks:
    """Return the records after the one that `state` names; `chunks` begin after it, at byte `offset` of the stream."""
    return Elements(Window(b"", chunks, offset, whole=False), expansions, state).read_blocks()


def _read_head(first: bytes, chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes], bool]:
    """Return the first 256 KiB, the rest of the stream, and whether the head is all of it.

    If the stream is damaged within the head, the rest raises that error when it is read.
    """
    pieces, size = [first], len(first)
    try:
        while size < DOCUMENT_HEAD_BYTES and (chunk := next(chunks, None)) is not None:
            pieces.append(chunk)
            size += len(chunk)
    except PermanentError as error:
        return b"".join(pieces), _raise_when_read(error), False
    head = b"".join(pieces)
    rest = chain([head[DOCUMENT_HEAD_BYTES:]], chunks) if size > DOCUMENT_HEAD_BYTES else chunks
    return head[:DOCUMENT_HEAD_BYTES], rest, size < DOCUMENT_HEAD_BYTES


def _raise_when_read(error: PermanentError) -> Iterator[bytes]:
    raise error
    yield b""
