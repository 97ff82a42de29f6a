"""Compress sample objects in the ways for which Python has no function."""

import io
import zipfile
from collections.abc import Mapping

import cramjam

BLOCK_BYTES = 32 * 1024
JAVA_HEAD = b"\x82SNAPPY\0" + (1).to_bytes(4) + (1).to_bytes(4)


def compress_as_firehose(content: bytes) -> bytes:
    """Return the stream of snappy-java that Firehose writes if it is set to Snappy."""
    pieces = (content[at : at + BLOCK_BYTES] for at in range(0, len(content), BLOCK_BYTES))
    blocks = (bytes(cramjam.snappy.compress_raw(piece)) for piece in pieces)
    return JAVA_HEAD + b"".join(len(block).to_bytes(4) + block for block in blocks)


def pack_zip(members: Mapping[str, bytes]) -> bytes:
    """Return a zip whose bytes are the same every time, which `zipfile` would date."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return content.getvalue()
