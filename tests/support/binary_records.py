"""Make binary objects of records, as loggers and collectors write them: texts between lengths and numbers."""

import random
import struct
from collections.abc import Callable
from typing import Any

from tests.support.binary_bodies import Body, make_lines

RECORDS = 12
LEVELS = ("info", "error")


def draw_record(rng: random.Random) -> dict[str, Any]:
    """Return the members of a log record."""
    return {
        "time": f"2026-05-04T10:{rng.randrange(60):02}:{rng.randrange(60):02}Z",
        "level": rng.choice(LEVELS),
        "message": f"order {rng.randrange(9999)} took {rng.randrange(999)} ms",
        "n": rng.randrange(1 << 16),
        "ok": True,
        "share": rng.random(),
    }


def pack_message(value: Any) -> bytes:
    """Return MessagePack, as Fluentd forwards it."""
    match value:
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            return b"\xcd" + struct.pack(">H", value)
        case float():
            return b"\xcb" + struct.pack(">d", value)
        case str():
            data = value.encode()
            return (bytes((0xA0 | len(data),)) if len(data) < 32 else b"\xd9" + bytes((len(data),))) + data
    return bytes((0x80 | len(value),)) + b"".join(pack_message(part) for pair in value.items() for part in pair)


def pack_cbor(value: Any) -> bytes:
    """Return CBOR (RFC 8949)."""
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return b"\x19" + struct.pack(">H", value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case str():
            data = value.encode()
            return (bytes((0x60 | len(data),)) if len(data) < 24 else b"\x78" + bytes((len(data),))) + data
    return bytes((0xA0 | len(value),)) + b"".join(pack_cbor(part) for pair in value.items() for part in pair)


def pack_bson(members: dict[str, Any]) -> bytes:
    """Return a document of BSON, as MongoDB dumps it."""
    body = b""
    for name, value in members.items():
        key = name.encode() + b"\0"
        if isinstance(value, bool):
            body += b"\x08" + key + bytes((value,))
        elif isinstance(value, int):
            body += b"\x10" + key + struct.pack("<i", value)
        elif isinstance(value, float):
            body += b"\x01" + key + struct.pack("<d", value)
        else:
            data = value.encode() + b"\0"
            body += b"\x02" + key + struct.pack("<i", len(data)) + data
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def make_session(rng: random.Random) -> bytes:
    """Return an entry of wtmp, as Linux counts sessions."""
    head = struct.pack("<hi32s4s32s256s", 7, rng.randrange(1, 99_999), b"pts/1", b"ts/1", b"joe", b"192.0.2.7")
    return head + struct.pack("<hhiii4I20x", 0, 0, 0, rng.randrange(1 << 31), 0, *(rng.randrange(1 << 32),) * 4)


def make_capture(rng: random.Random) -> bytes:
    """Return a packet with text in it, behind its header of pcap."""
    packet = rng.randbytes(54) + make_lines(rng, 120)
    return struct.pack("<IIII", rng.randrange(1 << 31), 7, len(packet), len(packet)) + packet


def repeat(make: Callable[[random.Random], bytes], before: bytes = b"") -> Body:
    """Return the maker of objects of one record, or of so many as the size allows, up to twelve."""
    return lambda rng, size: before + b"".join(make(rng) for _ in range(1 if size < 100 else RECORDS))


RECORD_KINDS: dict[str, tuple[str | None, Body]] = {
    "MessagePack": (None, repeat(lambda rng: pack_message(draw_record(rng)))),
    "CBOR": (None, repeat(lambda rng: pack_cbor(draw_record(rng)))),
    "BSON": (None, repeat(lambda rng: pack_bson(draw_record(rng)))),
    "wtmp": (None, lambda rng, _size: b"".join(make_session(rng) for _ in range(RECORDS))),
    "pcap": (
        "packet capture",
        repeat(make_capture, b"\xd4\xc3\xb2\xa1\x02\0\x04\0" + bytes(8) + b"\xff\xff\0\0\1\0\0\0"),
    ),
    "journal": ("systemd journal", repeat(lambda rng: b"\1\0MESSAGE=" + rng.randbytes(16), b"LPKSHHRH" + bytes(200))),
    "event log": ("Windows event log", repeat(lambda rng: rng.randbytes(300), b"ElfFile\0" + bytes(120))),
    "OpenSSL": ("OpenSSL", repeat(lambda rng: rng.randbytes(64), b"Salted__")),
    "age": ("age", repeat(lambda rng: rng.randbytes(64), b"age-encryption.org/v1\n-> X25519 abc\ndef\n--- ghi\n")),
    "PGP": ("PGP", repeat(lambda rng: rng.randbytes(64), b"\x85\x02\x0c\x03")),
    "certificate": (None, repeat(lambda rng: rng.randbytes(64), b"\x30\x82\x03\x55\x30\x82")),
    "Smile": ("Smile", repeat(lambda rng: b"\x84time\x4f" + rng.randbytes(9), b":)\n\x05")),
    "Ion": ("Ion", repeat(lambda rng: rng.randbytes(40), b"\xe0\x01\x00\xea")),
    "NetFlow": (None, repeat(lambda rng: rng.randbytes(48), b"\0\x09\0\x14")),
    "doubles": (None, repeat(lambda rng: struct.pack("<9d", *(rng.gauss(0, 10) for _ in range(9))))),
    "sound": (None, repeat(lambda rng: struct.pack("<60h", *(rng.randrange(-300, 300) for _ in range(60))))),
}
"""By kind: the name that the refusal has to give, if any, and how an object is made."""
