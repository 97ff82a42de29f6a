"""Decode the bytes of a record: UTF-8, or else Windows-1252 if the result is text."""

import re

COMMON_SIGNS = "\xa0\xa1\xa2\xa3\xa7\xa9\xaa\xab\xae\xb0\xb1\xb2\xb3\xb4\xb5\xb7\xba\xbb\xbc\xbd\xbe\xbf"
TYPED_SIGNS = "\u20ac\u2026\u2018\u2019\u201c\u201d\u201e\u2022\u2013\u2014\u2122\u0160\u0161\u017d\u017e\u0152\u0153"
LETTERS = bytes(range(0xC0, 0x100))
UMLAUTS = "\xe4\xf6\xfc\xdf\xc4\xd6\xdc\xe5\xc5\xe6\xc6\xf8\xd8".encode("cp1252")
WESTERN = LETTERS + (COMMON_SIGNS + TYPED_SIGNS).encode("cp1252")
NOT_WESTERN = bytes(code for code in range(0x80, 0x100) if code not in WESTERN)
FOREIGN_WORD = re.compile(rb"[\xc0-\xff]{3}")


def decode_record(data: bytes, *, cut: bool = False) -> tuple[str, bytes | None]:
    r"""Return the text of a record, and its bytes if they are not UTF-8, else None.

    What is not UTF-8 is read as Windows-1252 if that gives text: no character of it is UTF-8, its bytes above 127 are
    letters and signs of Western languages, and they do not make whole words, as Cyrillic letters do. Otherwise each
    sequence that is not UTF-8 becomes U+FFFD. For example, `b"caf\xe9"` is `café`. If the record is `cut`, a cut
    character at its end is not read as Windows-1252.
    """
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        is_cut_character = cut and error.reason == "unexpected end of data"
    replaced = data.decode("utf-8", "replace")
    return (replaced if is_cut_character or not _is_western(data, replaced) else data.decode("cp1252")), data


def _is_western(data: bytes, replaced: str) -> bool:
    """Tell whether bytes that are not UTF-8 are text in Windows-1252; `replaced` is what of them is UTF-8."""
    if not replaced.replace("\ufffd", "").isascii() or len(data) != len(data.translate(None, NOT_WESTERN)):
        return False
    has_controls = any(code < " " and code not in "\a\b\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f" for code in replaced)
    return not has_controls and FOREIGN_WORD.search(data.translate(None, UMLAUTS)) is None
