"""Rejected records as gzip JSON lines, spooled to disk beyond a small size until the range that they belong to ends."""

import base64
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, Self

import orjson

from log_processor import PARSER_VERSION
from log_processor.record import RawRecord

MEMORY_BYTES = 1024 * 1024
FULL_BYTES = 256 * 1024 * 1024
"""Half of the 512 MB of disk that a function has by default; a range with more rejects is handed on."""
GZIP_LEVEL = 1


@dataclass(frozen=True, slots=True)
class RejectOrigin:
    """What all rejects of a range have in common: the object, its version, and the format that it was read as.

    `redacted` says that their route hides values: their text is what was left, and the bytes are the object's alone.
    """

    bucket: str
    key: str
    version: str
    format: str
    redacted: bool = False


def reject_line(origin: RejectOrigin, put: bytes, raw: RawRecord, reason: str) -> bytes:
    """One line of the archive: where the record stands, its exact bytes, why, and the key of its text in the table.

    `offset` and `length` count bytes of the decompressed stream, `index` the elements before it in its array. The bytes
    stand as `text`, or as `base64` where they are not UTF-8; `truncated` says that they are only the first 4 MiB.
    A `redacted` line has text in place of the exact bytes, which a replay reads from the object itself.
    """
    item = orjson.loads(put)["PutRequest"]["Item"]
    line: dict[str, Any] = {
        "log_id": item["log_id"]["S"],
        "timestamp": int(item["timestamp"]["N"]),
        "bucket": origin.bucket,
        "key": origin.key,
        "version": origin.version,
        "offset": raw.offset,
        "length": raw.length,
        "index": raw.number,
        "format": origin.format,
        "parser_version": PARSER_VERSION,
        "reason": reason,
    }
    if raw.undecoded is None:
        line["text"] = raw.text
    else:
        line["base64"] = base64.b64encode(raw.undecoded).decode()
    if raw.truncated:
        line["truncated"] = True
    if origin.redacted:
        line["redacted"] = True
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


class RejectSpool:
    """The rejects of one attempt at a range, compressed as they come; use it as a context, which removes them."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._gzip: gzip.GzipFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def full(self) -> bool:
        """Whether the disk has no room for many more."""
        return self._file is not None and self._file.tell() > FULL_BYTES

    def add(self, lines: Iterable[bytes]) -> None:
        """Keep `lines` (those of `reject_line`) in their order."""
        if self._file is None:
            self._file = SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed with the spool
            self._gzip = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=GZIP_LEVEL, mtime=0, filename="")
        assert self._gzip is not None  # noqa: S101 - for the type checker
        self._gzip.writelines(lines)

    def finished(self) -> IO[bytes] | None:
        """The whole gzip file from its beginning; None where nothing was rejected. Nothing is added after."""
        if self._file is None or self._gzip is None:
            return None
        self._gzip.close()
        self._file.seek(0)
        return self._file
