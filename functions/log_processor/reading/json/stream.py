"""Which objects are JSON documents rather than lines, judged by their beginning; and where in one a reader goes on.

Documents are arrays, objects around an array of records, objects over several lines, and objects one right after the
other. They are read as a stream, whatever their size.
"""

import re
from collections.abc import Iterator
from itertools import chain

from log_processor.errors import PermanentError
from log_processor.reading.json.elements import Elements
from log_processor.reading.json.expansion import USUAL, Expansions
from log_processor.reading.json.values import DamageError, StarvedError, decoded
from log_processor.reading.json.window import Window
from log_processor.record import RawRecord
from log_processor.state import InDocument
from log_processor.work.plan import Kind

HEAD_BYTES = 256 * 1024
AROUND_BYTES = 4096
BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?([\s\x1e]*)(?:(\[\s*\{)|\{)")
GOES_ON = re.compile(r"[ \t\r\x1e]*\{")
Blocks = Iterator[list[RawRecord]]


def opened(
    chunks: Iterator[bytes], expansions: Expansions = USUAL, kind: Kind | None = None
) -> tuple[Blocks | None, Iterator[bytes]]:
    """Return the records of the documents that `chunks` are, else None; and then the same chunks from their beginning.

    The beginning decides, unless `kind` was decided before.
    """
    if kind == "lines":
        return None, chunks
    first = next(chunks, b"")
    beginning = BEGINNING.match(first)
    if kind is None and beginning is None and len(first) >= AROUND_BYTES:
        return None, chain([first], chunks)
    head, rest, whole = _head(first, chunks)
    if kind is None and not opens(head, expansions):
        return None, chain([head], rest)
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    elements = Elements(Window(head[mark:], rest, mark, whole=whole), expansions)
    blocks = elements.blocks()
    block = next(blocks)
    if kind is None and elements.convincing is False:
        return None, chain([head], rest)
    return chain([block], blocks), iter(())


def opens(head: bytes, expansions: Expansions = USUAL) -> bool:
    """Whether an object that begins with `head` may be a document rather than a JSON object a line."""
    beginning = BEGINNING.match(head)
    if beginning is None:
        return False
    names = "|".join(re.escape(path[-1]) for path in expansions).encode()
    around = re.compile(rb'"(?:' + names + rb')"\s*:\s*\[')
    if beginning[2] or b"\x1e" in beginning[1] or expansions is not USUAL or around.search(head[:AROUND_BYTES]):
        return True
    text = head.decode("latin-1")
    try:
        _, end = decoded(text, beginning.end() - 1, whole=True)
    except (StarvedError, DamageError, RecursionError):
        return b"\n" in head
    return "\n" in text[beginning.end() : end] or GOES_ON.match(text, end) is not None


def continued(chunks: Iterator[bytes], entered: InDocument, position: int, expansions: Expansions) -> Blocks:
    """Return the records after the one at `entered`, where `chunks` begin, at byte `position`."""
    return Elements(Window(b"", chunks, position, whole=False), expansions, entered).blocks()


def _head(first: bytes, chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes], bool]:
    """The first 256 KiB, what follows, and whether nothing does; an error comes where it happened."""
    pieces, size = [first], len(first)
    try:
        while size < HEAD_BYTES and (chunk := next(chunks, None)) is not None:
            pieces.append(chunk)
            size += len(chunk)
    except PermanentError as error:
        return b"".join(pieces), _raising(error), False
    head = b"".join(pieces)
    rest = chain([head[HEAD_BYTES:]], chunks) if size > HEAD_BYTES else chunks
    return head[:HEAD_BYTES], rest, size < HEAD_BYTES


def _raising(error: PermanentError) -> Iterator[bytes]:
    raise error
    yield b""
