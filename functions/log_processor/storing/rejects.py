"""Collect the rejects of an attempt as gzip JSON lines, in memory and then on disk, until the attempt ends."""

import base64
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, Self

import orjson

from log_processor.parser_version import get_parser_version
from log_processor.record import RawRecord
from log_processor.storing.batches import Reject

MEMORY_BYTES = 1024 * 1024
FULL_BYTES = 256 * 1024 * 1024
"""Half of the 512 MB of disk that a function has by default; a range with more rejects is continued later."""
GZIP_LEVEL = 1


@dataclass(frozen=True, slots=True)
class RejectOrigin:
    """What all rejects of a range have in common: the object, its version, and the format that it is read as.

    - `member`: the name of the member, if the object is a zip.
    - `redacted`: whether their route redacts; then a reject has redacted text, and its exact bytes are in the object
      alone.
    """

    bucket: str
    key: str
    version: str
    format: str
    redacted: bool = False
    member: str = ""


def read_reject(put: bytes, raw: RawRecord, reason: str) -> Reject:
    """Return the reject whose record the PutRequest holds as text."""
    item = orjson.loads(put)["PutRequest"]["Item"]
    return Reject(item["log_id"]["S"], int(item["timestamp"]["N"]), raw, reason)


def render_reject(origin: RejectOrigin, reject: Reject) -> bytes:
    """Return the JSON line that archives one reject, with its newline.

    - `log_id` and `timestamp` are the key of its text in the table.
    - `offset` and `length` count bytes of the decompressed stream, `index` the elements before it in its array.
    - `text` has its bytes, or `base64` if they are not UTF-8; with `truncated` they are the first 4 MiB alone.
    - With `redacted`, `text` is redacted, and a replay reads the exact bytes from the object.
    """
    raw = reject.raw
    line: dict[str, Any] = {
        "log_id": reject.log_id,
        "timestamp": reject.timestamp_ms,
        "bucket": origin.bucket,
        "key": origin.key,
        "version": origin.version,
        "offset": raw.offset,
        "length": raw.length,
        "index": raw.number,
        "format": origin.format,
        "parser_version": get_parser_version(),
        "reason": reject.reason,
    }
    if origin.member:
        line["member"] = origin.member
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
    """The rejects of one attempt, compressed as they come; use it as a context manager, which removes them."""

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
    def is_full(self) -> bool:
        """Tell whether the disk has no room for many more rejects."""
        return self._file is not None and self._file.tell() > FULL_BYTES

    def add(self, lines: Iterable[bytes]) -> None:
        """Append lines that `render_reject` returned."""
        if self._file is None:
            self._file = SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed with the spool
            self._gzip = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=GZIP_LEVEL, mtime=0, filename="")
        assert self._gzip is not None  # noqa: S101 - for the type checker
        self._gzip.writelines(lines)

    def finish(self) -> IO[bytes] | None:
        """Return the whole gzip file, at its beginning, or None if there are no rejects; add nothing afterwards."""
        if self._file is None or self._gzip is None:
            return None
        self._gzip.close()
        self._file.seek(0)
        return self._file
