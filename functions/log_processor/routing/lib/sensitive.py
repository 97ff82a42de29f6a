r"""Define the named patterns of sensitive values. Each finds spans of bytes and normalises equal values to one form.

- `ip`: IPv4 and IPv6 addresses
- `email`: addresses, also with %40 or \u0040 for the at sign
- `card`: payment card numbers with a right check digit (ISO/IEC 7812-1, Luhn)
- `aws_key`: access key ids, secret keys and session tokens that stand beside their names, and private keys (PEM)
- `jwt`: JSON web tokens
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from log_processor.routing.lib import addresses, cards
from log_processor.routing.lib.patterns import Pattern, compile_pattern
from log_processor.routing.lib.views import Span

Narrow = Callable[[bytes, int, int], Iterator[Span]]
"""A function `(text, start, end)` that yields the spans to hide within one match of the pattern."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    r"""A named pattern of sensitive values; what its capture group matches is hidden, or the whole match without one.

    `narrow`, if it is set, yields the spans of a match that are really to be hidden, which may be none; it is needed
    only in a text that holds the sign `narrowed`. `normalise` returns one form of a value that can be written in
    several ways, so that its hash is the same in all of them. The pattern `is_contextual` if it may recognise a value
    by the text beside it, as `password=(\S+)` does. It `ignores_escapes` if it finds the same whether or not quotes,
    backslashes, slashes, tabs and line ends are escaped.
    It `is_linear` if its matches scan little more than themselves, and none of them is empty. `may_match` tells of most
    texts in which the pattern finds nothing that it does not, and takes less time. `split_usual` takes less time,
    too: it returns the pieces of a text, what the pattern finds at the odd indexes; None if the text needs the pattern.
    """

    name: str
    pattern: Pattern
    narrow: Narrow | None = None
    normalise: Callable[[bytes], bytes] = bytes
    is_contextual: bool = False
    ignores_escapes: bool = False
    is_linear: bool = False
    narrowed: bytes = b""
    split_usual: Callable[[str], list[str] | None] | None = None
    may_match: Callable[[bytes], bool] = bool


def _narrow_email(text: bytes, start: int, end: int) -> Iterator[Span]:
    """Yield the span of an address without what stands before a code of a sign that no address has: `to%3Djoe@x.de`."""
    begin = start
    for code in PERCENT_CODE.finditer(text, start, end):
        if int(code[1], 16) not in LOCAL_SIGNS and code.end() < end:
            begin = code.end()
    is_rest_whole = text[begin : begin + 1] not in AT_SIGNS
    yield (begin if is_rest_whole else start), end


def _normalise_email(value: bytes) -> bytes:
    return value.replace(b"%40", b"@").replace(b"\\u0040", b"@").lower()


PERCENT_CODE = re.compile(rb"%(?:25)*([0-9A-Fa-f]{2})")
LOCAL_SIGNS = frozenset(
    (*b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_%+~!#$*-'.@", *range(0x80, 0x100))
)
AT_SIGNS = frozenset((b"@", b"%", b"\\"))
WORD = r"A-Za-z0-9\x{80}-\x{10FFFF}"
EMAIL = (
    rf"(?:[{WORD}_%+~!#$*-][{WORD}_%+~!#$*'.-]*|[&'/=?^`{{|}}.])(?:@|%40|\\u0040)"
    rf"(?:[{WORD}](?:[{WORD}-]*[{WORD}])?\.)+[A-Za-z\x{{80}}-\x{{10FFFF}}][{WORD}-]+"
)
AWS_NAME = r"(?i:secret[_ -]?(?:access[_ -]?)?key|aws[_ -]?secret|(?:session|security)[_ -]?token)"
BETWEEN = r"[^A-Za-z0-9]{1,12}?(?:(?i:value|string|key|to|is|S)[^A-Za-z0-9]{1,12}?){0,2}"
"""What stands between a name and its value: signs, and words such as those in XML and in lists of names and values."""
KEY_SIGN = r"(?:[A-Za-z0-9/+=_-]|\\+(?:/|u00(?:2[BbFf]|3[Dd])|x(?:2[BbFf]|3[Dd]))|%(?:25){0,2}(?:2[BbFf]|3[Dd]))"
"""A sign of a secret, also as PHP, Go and addresses write the slashes, plus and equals signs in one."""
PEM = r"[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
AWS = (
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA|A3T[A-Z0-9])[A-Z0-9]{16}"
    rf"|{AWS_NAME}{BETWEEN}({KEY_SIGN}{{40,}})|(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz)[A-Za-z0-9/+=_-]{{20,}}"
    rf"|-----BEGIN {PEM}(?s:.*?-----END {PEM}|.*)"
)
"""Access key ids; secrets and session tokens beside their names; tokens that begin as such do; private keys (PEM)."""
JWT = r"e(?:y[AJ]|wogI|woJI|w0K)[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}"
NAMED = {
    sensitive.name: sensitive
    for sensitive in (
        Sensitive(
            "ip",
            addresses.ADDRESS,
            addresses.narrow_address,
            bytes.lower,
            ignores_escapes=True,
            is_linear=True,
            narrowed=b"::",
            split_usual=addresses.split_usual,
            may_match=addresses.may_have_address,
        ),
        Sensitive("email", compile_pattern(EMAIL), _narrow_email, _normalise_email, narrowed=b"%"),
        Sensitive("card", cards.RUN, cards.narrow_cards, cards.normalise_card, ignores_escapes=True, is_linear=True),
        Sensitive("aws_key", compile_pattern(AWS), normalise=unquote_to_bytes, is_contextual=True),
        Sensitive("jwt", compile_pattern(JWT), ignores_escapes=True),
    )
}
