"""Tell text from binary by the first bytes of an object, in UTF-8 and in the encodings before it.

Every bound here stands with the rates that were measured in `docs/adr/0014-what-is-text.md`.
"""

import re

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.reading.gaps import GAP
from log_processor.reading.old_encodings import SHORT_BYTES, count_high, is_single_byte_text

MAX_CONTROL_SHARE = 0.02
MAX_OLD_CONTROL_SHARE = 0.005
MAX_UNICODE_CONTROL_SHARE = 0.1
MAX_UNICODE_CONTROLS = 3
MIN_SEPARATORS = 4
MAX_SEPARATOR_SHARE = 0.2
MAX_UNDECODED_SHARE = 0.1
CLEAN_SHARE = 0.25
CLEAN_BYTES = 4096
MIN_CLEAN_BYTES = 16
TEXT_CONTROLS = b"\a\b\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f"
ODD_CONTROLS = bytes(code for code in (*range(32), 127) if code not in TEXT_CONTROLS)
RARE_CONTROLS = ODD_CONTROLS + b"\x1c\x1d\x1e\x1f"
"""Those that are odd in text that is not UTF-8: it is older, and has fewer bytes that speak for it."""
PLAIN = bytes((*b"\t\n\v\f\r", *range(32, 127)))
WINDOWS_SIGNS = bytes.fromhex("80 82 84 85 8a 8c 8d 8e 8f 91 92 93 94 95 96 97 9a 9c 9d 9e 9f a3 a5 aa af b3 b9 ba bf")
LATIN = (PLAIN + bytes(range(0xC0, 0x100)) + WINDOWS_SIGNS, PLAIN + bytes((*range(0x80, 0xB0), *range(0xE0, 0xF0))))
"""The bytes that Latin text consists of: in the encodings of ISO 8859 and Windows, and in those of DOS."""
TERMINAL_COMMAND = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
HALF_KATAKANA = re.compile("[\uff61-\uff9f]{2,}")
NO_CHARACTER = compile_lazily("[\ufffd\ue000-\uf8ff]")
ANY_KATAKANA = re.compile("[\uff61-\uff9f]")
MIN_COMMON_SHARE = 0.85
NARROW = compile_lazily("[\0-\x7f\uff61-\uff9f\ufffd]+")
DOUBLE_BYTE = (
    ("cp932", "cp932", range(0x81, 0x99)),
    ("gb18030", "gb2312", (*range(0xA1, 0xA4), *range(0xB0, 0xD8))),
    ("big5", "big5", range(0xA1, 0xC7)),
    ("cp949", "euc_kr", (*range(0xA1, 0xA4), *range(0xB0, 0xC9))),
    ("euc_jp", "shift_jis", range(0x81, 0x99)),
)
"""Encodings of two bytes a character: the codec, one that has the common characters, and their first bytes in that."""


def is_text(head: bytes) -> bool:
    """Tell whether `head`, the first bytes of an object, is text; runs of 8 or more NULs do not count.

    It is text if one of these is true:

    - It is UTF-8 without odd controls: those other than tabs, line ends, bells, backspaces, escapes and separators.
    - A quarter of it, or 4 KiB without a break, stands in lines that are. The rest may be binary.
    - Few of its bytes are odd controls, and it is UTF-8 with a few mistakes, or reads like text of another encoding.
    """
    head = GAP.sub(b"", head)
    if is_utf8_text(head) or _has_clean_lines(head):
        return True
    head = TERMINAL_COMMAND.sub(b"", head)
    is_utf8 = _is_almost_utf8(head)
    return _has_few_controls(head, is_utf8=is_utf8) and (
        is_utf8 or _is_latin_text(head) or is_single_byte_text(head) or _is_double_byte_text(head)
    )


def is_utf8_text(data: bytes) -> bool:
    """Tell whether `data` is UTF-8, up to a character that its end cuts, and has no odd controls at all."""
    if len(data) != len(data.translate(None, ODD_CONTROLS)):
        return False
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start > 0
    return True


def _has_clean_lines(head: bytes) -> bool:
    """Tell whether a quarter of the bytes, or 4 KiB of lines that follow each other, stand in lines of UTF-8 text."""
    run_bytes = longest_run_bytes = clean_bytes = 0
    for line in head.split(b"\n"):
        size = len(line) if is_utf8_text(line) else 0
        clean_bytes += size
        run_bytes = run_bytes + size if size or not line else 0
        longest_run_bytes = max(run_bytes, longest_run_bytes)
    return clean_bytes >= MIN_CLEAN_BYTES and (
        clean_bytes >= len(head) * CLEAN_SHARE or longest_run_bytes >= CLEAN_BYTES
    )


def _has_few_controls(head: bytes, *, is_utf8: bool) -> bool:
    """Tell whether few bytes are odd controls, not counting one that separates fields, as in FIX messages."""
    controls = ODD_CONTROLS if is_utf8 else RARE_CONTROLS
    odd = len(head) - len(head.translate(None, controls))
    few = len(head) * (MAX_CONTROL_SHARE if is_utf8 else MAX_OLD_CONTROL_SHARE)
    if odd <= few or (is_utf8 and odd <= min(len(head) * MAX_UNICODE_CONTROL_SHARE, MAX_UNICODE_CONTROLS)):
        return True
    separators = max(head.count(code) for code in controls)
    is_separated = MIN_SEPARATORS <= separators <= len(head) * MAX_SEPARATOR_SHARE
    return is_separated and odd - separators <= separators * MAX_CONTROL_SHARE


def _is_almost_utf8(head: bytes) -> bool:
    """Tell whether almost all bytes above 127 form characters of UTF-8."""
    high = count_high(head)
    decoded = count_high(head.decode("utf-8", "ignore").encode())
    return high - decoded <= high * MAX_UNDECODED_SHARE


def _is_latin_text(head: bytes) -> bool:
    """Tell whether a short text has no bytes but those that Latin text consists of, in one of the encodings of it."""
    return len(head) <= SHORT_BYTES and any(not head.translate(None, codes) for codes in LATIN)


def _is_double_byte_text(head: bytes) -> bool:
    """Tell whether an encoding of two bytes a character decodes almost all of `head`, to common characters mostly."""
    for codec, common_codec, common_leads in DOUBLE_BYTE:
        text = head.decode(codec, "replace")
        wide, half_katakana = NARROW.sub("", text), sum(map(len, HALF_KATAKANA.findall(text)))
        total = len(ANY_KATAKANA.findall(text)) + len(wide)
        if len(NO_CHARACTER.findall(text)) > total * 0.05 or half_katakana > total * 0.67:
            continue
        leads = wide.encode(common_codec, "ignore")[::2]
        common = len(leads) - len(leads.translate(None, bytes(common_leads)))
        if common + half_katakana >= total * MIN_COMMON_SHARE:
            return True
    return False
