r"""What stands beside a hidden value stays byte for byte, whatever it is written in: `%20`, `\x20`, `\u0020`."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.routes import read

VALUES = {
    "ip": ("10.0.0.1", "192.0.2.255", "2001:db8::17", "::1"),
    "email": ("joe@example.com", "a.b+c@x.example"),
    "card": ("4111111111111111", "5500 0000 0000 0004"),
    "jwt": ("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",),
    "aws_key": ("AKIAIOSFODNN7EXAMPLE",),
}
PAIRS = [(name, value) for name, values in VALUES.items() for value in values]
BESIDE = st.text(st.sampled_from(' \t\n",;()<>{}|=/?&ü€x0'), max_size=8)
BEFORE = BESIDE.filter(lambda text: not text or text[-1] in ' \t\n",;()<>{}|=')
AFTER = BESIDE.filter(lambda text: not text or text[0] in ' \t\n",;()<>{}|')


def as_percent(text: str) -> str:
    return quote(text, safe="")


def as_lower_percent(text: str) -> str:
    return "".join(sign if is_plain(sign) else quote(sign, safe="").lower() for sign in text)


def as_bytes_in_quotes(text: str) -> str:
    signs = (chr(code) for code in text.encode())
    return "".join(sign if is_plain(sign) else f"\\x{ord(sign):02x}" for sign in signs)


def as_units_in_quotes(text: str) -> str:
    return "".join(sign if is_plain(sign) else f"\\u{ord(sign):04x}" for sign in text)


def is_plain(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign in ".:@+-")


WRITINGS: dict[str, tuple[Callable[[str], str], str]] = {
    "percent": (as_percent, "GET /?q={} HTTP/1.1"),
    "percent in lower case": (as_lower_percent, "GET /?q={} HTTP/1.1"),
    "percent twice": (lambda text: quote(quote(text, safe=""), safe=""), "/?q={}"),
    "bytes": (as_bytes_in_quotes, '1 "{}" 2'),
    "units": (as_units_in_quotes, '{{"a":"{}"}}'),
    "percent in JSON": (as_percent, '{{"a":"x\\ty /?q={}"}}'),
}


def hide(name: str) -> Redaction:
    redaction = read(f"[[route]]\nkeys = ['**']\nredact = ['{name}']").routes[0].redaction
    assert redaction is not None
    return redaction


RULES = {name: hide(name) for name in VALUES}


@pytest.mark.parametrize("writing", WRITINGS)
@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PAIRS), BEFORE, AFTER)
@example(("ip", "10.0.0.1"), " ", "")
@example(("email", "joe@example.com"), "a=", "")
@example(("card", "4111111111111111"), "\t", "")
@example(("email", "a.b+c@x.example"), ";", "")
def test_what_is_no_value_stays(writing: str, pair: tuple[str, str], before: str, after: str) -> None:
    """Only the value's own bytes become its token."""
    encode, frame = WRITINGS[writing]
    name, value = pair
    text = frame.format(encode(before) + encode(value) + encode(after))
    assert RULES[name].text(text) == frame.format(f"{encode(before)}[{name}]{encode(after)}")
