"""Tell text in an encoding of one byte a character from other bytes, by the words that the encoding makes of it."""

import re
from itertools import pairwise

from log_processor.formats.lib.lazy import compile_lazily

CODECS = (
    *("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257", "cp850", "cp852", "cp775", "cp861", "mac_roman"),
    *("cp1251", "koi8-r", "iso8859-5", "cp866", "cp855", "iso8859-7", "cp737", "cp1255", "cp1256", "cp874"),
)
JUDGED_BYTES = 8192
SHORT_BYTES = 20
"""So few bytes may all be umlauts and signs, or one word."""
HIGH_BYTES = bytes(range(128, 256))
HIGH_BESIDE_WORD = re.compile(rb"(?=[\x80-\xff][0-9A-Za-z]|[0-9A-Za-z][\x80-\xff])")
HIGH_BESIDE_SIGN = re.compile(rb"(?=[\x80-\xff][!-@\[-`{-~]|[!-@\[-`{-~][\x80-\xff])")
HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
MIN_READABLE_SHARE = 0.85
HIGH = re.compile(r"[^\x00-\x7f]")
WORD = compile_lazily(r"(?:[^\W\d_]|[\u0591-\u05c7\u064b-\u0655\u0e30-\u0e3a\u0e45-\u0e4e])+")
"""Letters, and the marks above, below and behind those of Hebrew, Arabic and Thai."""
MAX_WORD_CHARS = 32
MAX_HIGH_LETTERS = 5
MAX_HIGH_SHARE = 0.6
"""The most letters of a Latin word that are no ASCII: `žluťoučký` has five of nine."""
LATIN = compile_lazily("[A-Za-z\u00aa\u00ba\u00c0-\u024f]+")
CASED = re.compile("[\u0370-\u052f]+")
UNCASED = re.compile("[\u0590-\u06ff]+")
THAI = re.compile("(?:[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e30-\u0e3a\u0e46-\u0e4e]{0,3})+")
"""Syllables: a consonant, with a vowel before it, and vowels and marks behind it. Words have no blanks between them."""
SIGNS = frozenset(
    "\u00a1\u00a3\u00a5\u00a7\u00a9\u00ab\u00ad\u00ae\u00b0\u00b1\u00b2\u00b3\u00b4\u00b5\u00b7\u00bb\u00bc\u00bd\u00be\u00bf\u00d7"
    "\u060c\u061b\u061f\u0640\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2020\u2022\u2026\u2039\u203a\u20ac\u2116\u2122"
)
"""Usual signs of Western and Arabic texts, such as quotes, dashes, currencies, degrees and fractions."""
FREE_SIGNS = 2
"""So many signs may stand in a text with fewer words beyond ASCII and fewer blanks."""
NO_BREAK = "\u00a0"
FRAME = re.compile("(?<![^\\s\u2500-\u257f])(?:([\u2500-\u257f])\\1*){1,3}(?![^\\s\u2500-\u257f])")
BLANK = re.compile("[ \t\r\n]")
CHARS_A_BLANK = 60
"""A text of words has a blank or a line end in so many characters."""


def count_high(data: bytes) -> int:
    """Return how many bytes are above 127."""
    return len(data) - len(data.translate(None, HIGH_BYTES))


def is_single_byte_text(head: bytes) -> bool:
    """Tell whether the bytes above 127 lie as in a text, and an encoding makes words and usual signs of almost all."""
    judged = head[:JUDGED_BYTES]
    return _lies_as_text(judged) and any(_reads_as_words(judged.decode(codec, "replace")) for codec in CODECS)


def _lies_as_text(data: bytes) -> bool:
    """Tell whether the bytes above 127 lie as in text of one byte a character.

    - They are a quarter at most, as in Western text.
    - Or they are seldom beside ASCII letters and digits: whole words are written with them, as in Cyrillic text.
    - Or they are fewer than half, in short runs, and seldom beside signs and digits, as in Czech text.
    """
    high = count_high(data)
    if high <= len(data) * 0.25 or len(HIGH_BESIDE_WORD.findall(data)) <= high * 0.15:
        return True
    in_runs = sum(map(len, HIGH_RUN.findall(data)))
    return high <= len(data) * 0.45 and in_runs <= high * 0.5 and len(HIGH_BESIDE_SIGN.findall(data)) <= high * 0.3


def _reads_as_words(text: str) -> bool:
    """Tell whether almost all characters above 127 stand in words as they are written, or are signs of texts."""
    blanks = len(BLANK.findall(text))
    if len(text) > max(SHORT_BYTES, blanks * CHARS_A_BLANK) and THAI.search(text) is None:
        return False
    signs = sum(text.count(sign) for sign in SIGNS.intersection(text))
    if text.count(NO_BREAK) <= blanks:
        signs += text.count(NO_BREAK)
    readable = sum(len(frame[0]) for frame in FRAME.finditer(text))
    for word in WORD.findall(text):
        if not word.isascii() and _is_written(word):
            readable += len(HIGH.findall(word))
    readable += min(signs, max(readable, blanks, FREE_SIGNS))
    return readable >= len(HIGH.findall(text)) * MIN_READABLE_SHARE


def _is_written(word: str) -> bool:
    """Tell whether a word has letters of one script, capitals first or alone, and not too many beyond ASCII."""
    if THAI.fullmatch(word):
        return True
    if len(word) > MAX_WORD_CHARS or _has_odd_case(word):
        return False
    if LATIN.fullmatch(word):
        return len(HIGH.findall(word)) <= max(MAX_HIGH_LETTERS, len(word) * MAX_HIGH_SHARE)
    return (CASED.fullmatch(word) or UNCASED.fullmatch(word)) is not None


def _has_odd_case(word: str) -> bool:
    """Tell whether a capital follows a small letter, and one of the two is no ASCII."""
    return any(
        one.islower() and other.isupper() and not (one.isascii() and other.isascii()) for one, other in pairwise(word)
    )
