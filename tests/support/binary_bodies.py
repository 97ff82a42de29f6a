"""Make binary objects of many kinds, as loggers, databases and uploaders leave them in buckets."""

import io
import lzma
import marshal
import pickle
import random
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import count

LINES = (
    '192.0.2.{} - - [04/May/2026:10:00:{:02}] "GET /shop/item/{} HTTP/1.1" 200 {}\n',
    '{{"time":"2026-05-04T10:{:02}:{:02}Z","level":"info","message":"order {} took {} ms"}}\n',
)
HASH_BYTES = 4
MAX_TINY_LITERAL = 60

Body = Callable[[random.Random, int], bytes]


def make_lines(rng: random.Random, size: int) -> bytes:
    """Return log lines of about `size` bytes."""
    pattern = rng.choice(LINES)
    lines = (pattern.format(*(rng.randrange(60) for _ in range(2)), rng.randrange(9999), number) for number in count())
    text = ""
    while len(text) < size:
        text += next(lines)
    return text[:size].encode()


def find_copies(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield literals with the reach and length of the copy behind each, 0 and 0 behind the last one."""
    seen: dict[bytes, int] = {}
    position = literal = 0
    while position + HASH_BYTES <= len(data):
        word = data[position : position + HASH_BYTES]
        earlier = seen.get(word)
        seen[word] = position
        if earlier is None or position - earlier > 65_535:
            position += 1
            continue
        length = HASH_BYTES
        while position + length < len(data) and data[earlier + length] == data[position + length] and length < 64:
            length += 1
        yield data[literal:position], position - earlier, length
        position += length
        literal = position
    yield data[literal:], 0, 0


def compress_snappy(data: bytes) -> bytes:
    """Return `data` as raw Snappy: its length, literals, and copies of two-byte reach."""
    out, number = bytearray(), len(data)
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    for literal, reach, length in find_copies(data):
        if 0 < len(literal) <= MAX_TINY_LITERAL:
            out.append((len(literal) - 1) << 2)
        elif literal:
            out += bytes((61 << 2,)) + struct.pack("<H", len(literal) - 1)
        out += literal
        if length:
            out += bytes(((length - 1) << 2 | 2,)) + struct.pack("<H", reach)
    return bytes(out)


def compress_lz4(data: bytes) -> bytes:
    """Return `data` as a raw LZ4 block: tokens, literals, and reaches of two bytes."""
    out = bytearray()
    for literal, reach, length in find_copies(data):
        match = length - HASH_BYTES if length else 0
        out.append(min(len(literal), 15) << 4 | min(match, 15))
        out += spell_more(len(literal)) + literal
        if length:
            out += struct.pack("<H", reach) + spell_more(match)
    return bytes(out)


def spell_more(length: int) -> bytes:
    """Return the bytes that follow a token of LZ4 for a length of 15 or more."""
    return b"" if length < 15 else b"\xff" * ((length - 15) // 255) + bytes(((length - 15) % 255,))


def make_tar(rng: random.Random, size: int) -> bytes:
    """Return a tar archive with one file of text."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("var/log/app.log")
        info.size = size
        archive.addfile(info, io.BytesIO(make_lines(rng, size)))
    return file.getvalue()


def make_zip(rng: random.Random, size: int) -> bytes:
    """Return a zip archive with one file of text, stored as it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.log", make_lines(rng, size))
    return file.getvalue()


def make_sqlite(rng: random.Random, size: int) -> bytes:
    """Return a database with a table of log lines."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table logs (line text)")
    lines = make_lines(rng, size).decode().splitlines()
    connection.executemany("insert into logs values (?)", [(line,) for line in lines])
    connection.commit()
    return connection.serialize()


def make_messages(rng: random.Random, size: int) -> bytes:
    """Return Protocol Buffers messages of a text, a number and a double each."""
    out = bytearray()
    while len(out) < size:
        text = make_lines(rng, rng.randrange(20, 90)).strip()
        inner = (
            b"\x0a"
            + bytes((len(text),))
            + text
            + b"\x10"
            + rng.randbytes(2)
            + b"\x19"
            + struct.pack("<d", rng.random())
        )
        out += bytes((len(inner),)) + inner
    return bytes(out)


def make_numbers(rng: random.Random, size: int) -> bytes:
    """Return doubles in the processor's order, such as an array of a model."""
    return b"".join(struct.pack("<d", rng.gauss(0, 10)) for _ in range(max(size // 8, 1)))


def make_class(rng: random.Random, size: int) -> bytes:
    """Return the beginning of a Java class: its constants are names."""
    names = [
        b"\x01" + struct.pack(">H", 12) + b"java/lang/O%d" % rng.randrange(9) for _ in range(min(size // 15 + 1, 4000))
    ]
    return b"\xca\xfe\xba\xbe\x00\x00\x00\x41" + struct.pack(">H", len(names) + 1) + b"".join(names)


def make_elf(rng: random.Random, size: int) -> bytes:
    """Return a program: a header, machine code and a table of names."""
    return b"\x7fELF\x02\x01\x01" + b"\0" * 9 + rng.randbytes(size) + b"\0printf\0malloc\0"


def begin(signature: bytes) -> Body:
    """Return the maker of objects that begin with a signature and go on like random bytes."""
    return lambda rng, size: signature + rng.randbytes(max(size - len(signature), 0))


KINDS: dict[str, tuple[str | None, Body]] = {
    "random or encrypted": (None, random.Random.randbytes),
    "Snappy, raw": ("Snappy", lambda rng, size: compress_snappy(make_lines(rng, size))),
    "compress, another": ("compress", begin(b"\x1f\xa0\x90")),
    "LZ4, raw block": ("LZ4", lambda rng, size: compress_lz4(make_lines(rng, size))),
    "LZ4, frame": ("LZ4", lambda rng, size: b"\x04\x22\x4d\x18\x64\x40\xa7" + compress_lz4(make_lines(rng, size))),
    "7z": ("7z", begin(b"7z\xbc\xaf\x27\x1c\x00\x04")),
    "LZMA": ("LZMA", lambda rng, size: lzma.compress(make_lines(rng, size), lzma.FORMAT_ALONE)),
    "lzip": ("lzip", begin(b"LZIP\x01")),
    "lzop": ("lzop", begin(b"\x89LZO\x00\r\n\x1a\n")),
    "zlib": ("zlib", lambda rng, size: zlib.compress(make_lines(rng, size))),
    "deflate, raw": (None, lambda rng, size: zlib.compress(make_lines(rng, size), wbits=-15)),
    "compress": ("compress", begin(b"\x1f\x9d\x90")),
    "RAR": ("RAR", begin(b"Rar!\x1a\x07\x01\x00")),
    "cabinet": ("cabinet", begin(b"MSCF\0\0\0\0")),
    "ORC": ("ORC", begin(b"ORC\x0a")),
    "Parquet": ("Parquet", begin(b"PAR1\x15\x04")),
    "Avro": ("Avro", begin(b"Obj\x01\x04\x14avro.codec")),
    "tar": ("tar", make_tar),
    "zip": ("zip", make_zip),
    "SQLite": ("SQLite", make_sqlite),
    "pickle": ("pickle", lambda rng, size: pickle.dumps(make_lines(rng, size).split(b"\n"))),
    "Python bytecode": (
        "Python bytecode",
        lambda rng, size: b"\xa7\r\r\n" + b"\0" * 12 + marshal.dumps(rng.randbytes(size)),
    ),
    "messages": (None, make_messages),
    "numbers": (None, make_numbers),
    "Java class": ("Java class", make_class),
    "ELF": ("ELF", make_elf),
    "WebAssembly": ("WebAssembly", begin(b"\0asm\x01\0\0\0")),
    "PNG": ("PNG", begin(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")),
    "JPEG": ("JPEG", begin(b"\xff\xd8\xff\xe0\0\x10JFIF")),
    "GIF": ("GIF", begin(b"GIF89a")),
    "PDF": ("PDF", begin(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")),
}
"""By kind: the name that the refusal has to give, if any, and how an object of about so many bytes is made."""
