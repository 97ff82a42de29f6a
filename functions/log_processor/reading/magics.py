"""Name the kinds of binary files that are known by their first bytes, each with what its owner can do."""

import re
from dataclasses import dataclass

UPLOAD = "upload plain text or gzip"
SET = "have its writer set to plain text or gzip"
ROUTE = "route only log files to this bucket"
DECRYPT = "upload it decrypted"
EXPORT = "upload its export as text"


@dataclass(frozen=True, slots=True)
class Magic:
    """A kind of file that has one of `signatures` at the byte `offset`, and the `remedy` of an object of this kind.

    A text never begins like this if the kind is `sure`; otherwise it may, and the signature only names what is no text.
    """

    name: str
    remedy: str
    signatures: tuple[bytes, ...]
    offset: int = 0
    sure: bool = True


MAGICS = (
    Magic("zip", UPLOAD, (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")),
    Magic("LZ4", UPLOAD, (b"\x04\x22\x4d\x18", b"\x02\x21\x4c\x18")),
    Magic("LZMA", UPLOAD, (b"\x5d\x00\x00",)),
    Magic("lzip", UPLOAD, (b"LZIP\x01",)),
    Magic("lzop", UPLOAD, (b"\x89LZO\x00\r\n\x1a\n",)),
    Magic("compress (.Z)", UPLOAD, (b"\x1f\x9d", b"\x1f\xa0")),
    Magic("zlib", UPLOAD, (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), sure=False),
    Magic("7z", UPLOAD, (b"7z\xbc\xaf\x27\x1c",)),
    Magic("RAR", UPLOAD, (b"Rar!\x1a\x07",)),
    Magic("cabinet", UPLOAD, (b"MSCF\x00\x00\x00\x00",)),
    Magic("tar", UPLOAD, (b"ustar\x00", b"ustar  \x00"), offset=257),
    Magic("cpio", UPLOAD, (b"\xc7\x71", b"\x71\xc7"), sure=False),
    Magic("an ar archive", UPLOAD, (b"!<arch>\n",)),
    Magic("RPM", UPLOAD, (b"\xed\xab\xee\xdb",)),
    Magic("Parquet", SET, (b"PAR1", b"PARE")),
    Magic("ORC", SET, (b"ORC",), sure=False),
    Magic("Avro", SET, (b"Obj\x01",)),
    Magic("Arrow", SET, (b"ARROW1\x00\x00",)),
    Magic("a Hadoop sequence file", SET, tuple(b"SEQ" + bytes((version,)) for version in range(7))),
    Magic("Smile", SET, tuple(b":)\n" + bytes((flags,)) for flags in range(8))),
    Magic("Ion", SET, (b"\xe0\x01\x00\xea",)),
    Magic("RCFile", SET, (b"RCF\x01",)),
    Magic("HDF5", SET, (b"\x89HDF\r\n\x1a\n",)),
    Magic("NumPy", SET, (b"\x93NUMPY",)),
    Magic("a Windows event log", EXPORT, (b"ElfFile\x00", b"\x30\x00\x00\x00LfLe")),
    Magic("a systemd journal", EXPORT, (b"LPKSHHRH",)),
    Magic("a MySQL binary log", EXPORT, (b"\xfebin",)),
    Magic(
        "a packet capture", EXPORT, (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\n\r\r\n\x1c\0")
    ),
    Magic("SQLite", EXPORT, (b"SQLite format 3",)),
    Magic("a Redis dump", EXPORT, (b"REDIS0",), sure=False),
    Magic("encrypted by age", DECRYPT, (b"age-encryption.org/",)),
    Magic("encrypted by PGP", DECRYPT, (b"-----BEGIN PGP MESSAGE-----",)),
    Magic("encrypted by OpenSSL", DECRYPT, (b"Salted__",)),
    Magic("encrypted by PGP", DECRYPT, (b"\x85\x01", b"\x85\x02", b"\x84", b"\xc1\xc0", b"\x8c\x0d"), sure=False),
    Magic("a PNG image", ROUTE, (b"\x89PNG\r\n\x1a\n",)),
    Magic("a JPEG image", ROUTE, (b"\xff\xd8\xff",)),
    Magic("a GIF image", ROUTE, (b"GIF87a", b"GIF89a")),
    Magic("a TIFF image", ROUTE, (b"II*\x00", b"MM\x00*")),
    Magic("a BMP image", ROUTE, (b"BM",), sure=False),
    Magic("an icon", ROUTE, (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00"), sure=False),
    Magic("a RIFF file (WebP, WAV or AVI)", ROUTE, (b"WEBP", b"WAVE", b"AVI "), offset=8, sure=False),
    Magic("an MP4 or HEIF file", ROUTE, (b"ftyp",), offset=4, sure=False),
    Magic("Matroska or WebM", ROUTE, (b"\x1a\x45\xdf\xa3",)),
    Magic("Ogg", ROUTE, (b"OggS\x00",)),
    Magic("FLAC", ROUTE, (b"fLaC\x00",)),
    Magic("MP3", ROUTE, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), sure=False),
    Magic("a font", ROUTE, (b"wOFF\x00", b"wOF2\x00", b"OTTO\x00", b"\x00\x01\x00\x00\x00")),
    Magic("PDF", ROUTE, (b"%PDF-",)),
    Magic("a Microsoft Office document", ROUTE, (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    Magic("an ELF program", ROUTE, (b"\x7fELF",)),
    Magic("a Windows program", ROUTE, (b"MZ",), sure=False),
    Magic(
        "a macOS program", ROUTE, (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf")
    ),
    Magic("a Java class", ROUTE, (b"\xca\xfe\xba\xbe",)),
    Magic("a serialized Java object", ROUTE, (b"\xac\xed\x00\x05",)),
    Magic("WebAssembly", ROUTE, (b"\x00asm",)),
    Magic("an Android program", ROUTE, (b"dex\n03",)),
    Magic("a Python pickle", ROUTE, (b"\x80\x02", b"\x80\x03", b"\x80\x04\x95", b"\x80\x05\x95")),
    Magic("Python bytecode", ROUTE, tuple(b"\r\r\n%c\0\0\0" % flags for flags in (0, 1, 3)), offset=1),
    Magic("a git pack", ROUTE, (b"PACK\x00\x00",)),
)


CPIO = re.compile(rb"07070[12][0-9A-Fa-f]{104}|070707[0-7]{70}")
"""A header of cpio in ASCII, which is digits alone."""
TAR_BYTES = 512
OCTAL = re.compile(rb"[0-7]{4,7}")
CHECKSUM = slice(148, 156)


def is_old_tar(head: bytes) -> bool:
    """Tell whether an object begins with a header of tar before POSIX, which has no sign but its checksum."""
    block = head[:TAR_BYTES]
    digits = block[CHECKSUM].strip(b" \0")
    if len(block) < TAR_BYTES or not OCTAL.fullmatch(digits) or b"\0" not in block[:101] or block[0] == 0:
        return False
    return sum(block) - sum(block[CHECKSUM]) + 8 * ord(" ") == int(digits, 8)


LOGIN_KINDS = range(1, 10)
LOGIN_BYTES = 384
LOGIN_TEXTS = (slice(8, 40), slice(40, 44), slice(44, 76), slice(76, 332))
LOGIN_TEXT = re.compile(rb"[ -~]*\0*")
LOGIN_END = slice(364, LOGIN_BYTES)


def is_login_record(head: bytes) -> bool:
    """Tell whether an object begins with a record of wtmp, utmp or btmp, as glibc writes it on Linux.

    That is a kind from 1 to 9, a process, texts of fixed width (terminal, its short name, user, host), and zeros.
    """
    return (
        len(head) >= LOGIN_BYTES
        and head[0] in LOGIN_KINDS
        and not any(head[1:4])
        and not any(head[LOGIN_END])
        and all(LOGIN_TEXT.fullmatch(head[field]) for field in LOGIN_TEXTS)
    )


def find_magic(head: bytes, *, sure: bool) -> Magic | None:
    """Return the first kind of file that an object with these first bytes may be: of the sure ones, or of the others.

    Return None if it is none of them.
    """
    if sure and CPIO.match(head):
        return Magic("cpio", UPLOAD, ())
    if sure and is_old_tar(head):
        return Magic("tar", UPLOAD, ())
    if sure and is_login_record(head):
        return Magic("a file of logins (wtmp, utmp or btmp)", EXPORT, ())
    for magic in MAGICS:
        if magic.sure is sure and head.startswith(magic.signatures, magic.offset):
            return magic
    return None
