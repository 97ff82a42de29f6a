"""JSON documents become raw records: arrays, objects around an array of records, and objects over several lines.

A document is held in memory while its elements are found, so one of more than 32 MiB is read line by line instead.
"""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from log_processor.errors import PermanentError
from log_processor.reading.assembly import RawRecord

MAX_DOCUMENT_BYTES = 32 * 1024 * 1024
BATCH_RECORDS = 500
HEAD_BYTES = 4096
EXPANDED = ("Records", "logEvents")
"""Members whose elements are the records: CloudTrail's files and S3's events; CloudWatch Logs' subscriptions."""
BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:(\[\s*\{)|\{)")
AROUND = re.compile(rb'"(?:' + "|".join(EXPANDED).encode() + rb')"\s*:\s*\[')
BLANK = re.compile(r"[ \t\r\n]*")
SCANNER = json.JSONDecoder(strict=False)


class Element(NamedTuple):
    """One record of a document: its bytes `[start, end)`, and how many stand before it in its array."""

    start: int
    end: int
    number: int


def opens(head: bytes) -> bool:
    """Whether an object that begins with `head` may be a document rather than a JSON object a line."""
    beginning = BEGINNING.match(head)
    if beginning is None:
        return False
    if beginning[1] or AROUND.search(head[:HEAD_BYTES]):
        return True
    line = head.partition(b"\n")[0].decode("latin-1").lstrip("\u00ef\u00bb\u00bf")
    try:
        SCANNER.decode(line)
    except (ValueError, RecursionError):
        return b"\n" in head
    return False


def hold(chunks: Iterator[bytes]) -> tuple[bytes | None, Iterator[bytes]]:
    """The whole content where it may be a document, else None; and the same chunks, to be read from their beginning.

    What is damaged is no whole document: the chunks raise that where it is met.
    """
    kept = [next(chunks, b"")]
    if not opens(kept[0]):
        return None, chain(kept, chunks)
    size_bytes = len(kept[0])
    try:
        while (chunk := next(chunks, b"")) and size_bytes <= MAX_DOCUMENT_BYTES:
            kept.append(chunk)
            size_bytes += len(chunk)
    except PermanentError as error:
        return None, chain(kept, _raising(error))
    if chunk or size_bytes > MAX_DOCUMENT_BYTES:
        return None, chain(kept, [chunk], chunks)
    return b"".join(kept), iter(kept)


def _raising(error: PermanentError) -> Iterator[bytes]:
    raise error
    yield b""


def elements(content: bytes) -> list[Element] | None:
    """The records of a whole document; None where it is damaged or is none."""
    text = content.decode("latin-1")  # one character a byte: JSON's own signs are ASCII
    position = _skip(text, 3 if content.startswith(b"\xef\xbb\xbf") else 0)
    found: list[Element] = []
    try:
        while position < len(text):
            position = _skip(text, _value(text, position, found))
    except (ValueError, IndexError, RecursionError):
        return None  # it is read line by line, so nothing of it is lost
    return found


def records_of(content: bytes, found: list[Element], start: int) -> Iterator[list[RawRecord]]:
    """The elements that begin at `start` or behind it, as raw records."""
    wanted = [element for element in found if element.start >= start]
    for place in range(0, len(wanted), BATCH_RECORDS):
        yield [_record(content, element) for element in wanted[place : place + BATCH_RECORDS]]


def _value(text: str, position: int, found: list[Element]) -> int:
    if text[position] == "[":
        return _array(text, position, found)
    if text[position] != "{":
        raise ValueError(f"byte {position} begins neither an object nor an array")
    before = len(found)
    end = _object(text, position, found)
    if len(found) == before:
        found.append(Element(position, end, 0))
    return end


def _object(text: str, position: int, found: list[Element]) -> int:
    """Pass an object; the elements of an expanded member are records."""
    position = _skip(text, position + 1)
    while text[position] != "}":
        name, position = SCANNER.raw_decode(text, position)
        position = _expect(text, position, ":")
        if name in EXPANDED and text[position] == "[":
            position = _array(text, position, found)
        else:
            _, position = SCANNER.raw_decode(text, position)
        position = _next(text, position, "}")
    return position + 1


def _array(text: str, position: int, found: list[Element]) -> int:
    position, index = _skip(text, position + 1), 0
    while text[position] != "]":
        start = position
        _, position = SCANNER.raw_decode(text, position)
        found.append(Element(start, position, index))
        position, index = _next(text, position, "]"), index + 1
    return position + 1


def _next(text: str, position: int, closing: str) -> int:
    """Pass the comma between two members, up to the next one or the closing sign."""
    position = _skip(text, position)
    return position if text[position] == closing else _expect(text, position, ",")


def _expect(text: str, position: int, sign: str) -> int:
    position = _skip(text, position)
    if text[position] != sign:
        raise ValueError(f"{sign!r} is missing at byte {position}")
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    match = BLANK.match(text, position)
    return match.end() if match else position


def _record(content: bytes, element: Element) -> RawRecord:
    data = content[element.start : element.end]
    try:
        text, undecoded = data.decode(), None
    except UnicodeDecodeError:
        text, undecoded = data.decode("utf-8", "replace"), data
    return RawRecord(element.start, len(data), text, element.end, False, undecoded, element.number)
