"""List the members of a zip by its directory, which stands at its end; refuse a zip that cannot be read as a whole."""

import io
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from zipfile import BadZipFile, ZipFile

from log_processor.errors import DamagedObjectError, ExpansionError, NotALogError
from log_processor.reading.codecs.expansion import RAISE_TOTAL
from log_processor.reading.codecs.zip_member import HEAD_BYTES, HEAD_SIGN
from log_processor.reading.magics import ROUTE
from log_processor.work.field_rules import MAX_KEY_BYTES
from log_processor.work.members import DEFLATED, STORED, Member

SIGNS = (HEAD_SIGN, b"PK\x05\x06")
"""The first bytes of a zip: the head of its first member, or the end of the directory of one without members."""
SIGN_BYTES = 4
MAX_MEMBERS = 1000
ENCRYPTED = 0x1
METHODS = {1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz", 98: "PPMd"}
DOCUMENTS = {
    "[Content_Types].xml": "a Microsoft Office document",
    "META-INF/MANIFEST.MF": "a Java archive",
    "AndroidManifest.xml": "an Android program",
    "mimetype": "an OpenDocument or EPUB file",
}
"""What a zip is that holds a member of this name."""
ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
MACOS = re.compile(r"__MACOSX/(?:.*/)?\._[^/]*|(?:.*/)?\.DS_Store", re.DOTALL)
"""The files that macOS adds to a zip: what a file has beside its bytes (AppleDouble), and how a folder is shown."""
CLIMBING = re.compile(r"(?:.*[/\\])?\.\.(?:[/\\].*)?", re.DOTALL)


def is_zip(head: bytes) -> bool:
    """Tell whether an object that begins with `head` is a zip."""
    return head.startswith(SIGNS)


def list_members(file: Any, total_bytes: int) -> tuple[list[Member], int]:
    """Return the files in the zip `file`, which can be sought in, in their order in it, and how many are left out.

    Those that macOS adds are left out: they are no logs. Folders are no files.

    Raise, with the name of the first member that is to blame, before anything of the zip is read:

    - `NotALogError` if one says that the zip is a document or program, is encrypted, has an absolute or climbing name,
      or another method than stored and deflate; or if there are more than `MAX_MEMBERS`.
    - `ExpansionError` if all of them together have more than `total_bytes`.
    - `DamagedObjectError` if there is no directory, a member lies outside of the zip, or two members share bytes.
    """
    named = [info for info in _read_directory(file) if not info.filename.endswith("/")]
    files = [info for info in named if not MACOS.fullmatch(info.filename)]
    if len(files) > MAX_MEMBERS:
        raise NotALogError(f"the zip has {len(files)} members: upload at most {MAX_MEMBERS} in one")
    if sum(info.file_size for info in files) > total_bytes:
        raise ExpansionError(f"the zip expands beyond {total_bytes:,} bytes: {RAISE_TOTAL}")
    for info in files:
        _check_kind(info)
        _check(info)
    members = [_describe(number, info) for number, info in enumerate(sorted(files, key=lambda one: one.header_offset))]
    _check_order(members, file.seek(0, io.SEEK_END))
    return members, len(named) - len(files)


def _read_directory(file: Any) -> Iterable[Any]:
    try:
        return ZipFile(file).infolist()
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise DamagedObjectError(f"the zip's directory cannot be read ({error}): upload it again") from error


def _check_kind(info: Any) -> None:
    """Raise `NotALogError` if a member says that the zip is a file of another kind, which holds no logs."""
    kind = DOCUMENTS.get(info.filename)
    if kind:
        raise NotALogError(f"the bytes are {kind}, a zip with {info.filename!r}: {ROUTE}")


def _check(info: Any) -> None:
    """Raise `NotALogError` if a member cannot be read."""
    name = info.filename
    if not name:
        raise NotALogError("a member of the zip has no name: make the zip with names")
    if info.flag_bits & ENCRYPTED:
        raise NotALogError(f"the zip's member {name!r} is encrypted: upload it decrypted")
    if info.compress_type not in (STORED, DEFLATED):
        method = METHODS.get(info.compress_type, f"method {info.compress_type}")
        raise NotALogError(f"the zip's member {name!r} is compressed by {method}: make the zip with deflate")
    if ABSOLUTE.match(name) or CLIMBING.fullmatch(name):
        raise NotALogError(f"the zip's member {name!r} lies outside of it: make the zip with names below one folder")
    if len(name.encode("utf-8", "replace")) > MAX_KEY_BYTES:
        raise NotALogError(f"the zip's member {name[:99]!r}… has a name of more than {MAX_KEY_BYTES} bytes: shorten it")


def _describe(number: int, info: Any) -> Member:
    return Member(
        number=number,
        name=info.filename.encode("utf-8", "replace").decode(),
        position=info.header_offset,
        packed_bytes=info.compress_size,
        size_bytes=info.file_size,
        method=info.compress_type,
        checksum=info.CRC,
    )


def _check_order(members: list[Member], size_bytes: int) -> None:
    """Raise `DamagedObjectError` if a member lies outside of the zip's bytes, or two share bytes.

    A zip whose members share bytes is made to expand without end.
    """
    for one in members:
        if one.position < 0 or one.position + HEAD_BYTES + one.packed_bytes > size_bytes:
            raise DamagedObjectError(f"the zip's member {one.name!r} lies outside of its bytes: upload it again")
    for one, other in pairwise(members):
        if one.position + HEAD_BYTES + one.packed_bytes > other.position:
            raise DamagedObjectError(f"the zip's members {one.name!r} and {other.name!r} share bytes: upload it again")
