"""Card numbers are found wherever they stand among groups of digits, in the same time a byte."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st
from log_processor.routing.lib.cards import is_card, narrow_cards

SEPARATORS = st.sampled_from([b" ", b"-", b"+", "\u00a0".encode(), "\u2009".encode()])
GROUPS = st.text("0123456789", min_size=1, max_size=21) | st.text("45", min_size=1, max_size=5) | st.just("4111")
RUNS = st.lists(st.tuples(GROUPS, SEPARATORS), min_size=1, max_size=14)
MAX_US_A_BYTE = 0.35
"""Four times what it takes on an idle machine; a loop over the digits took 0.7."""


@given(groups=RUNS | RUNS.map(lambda groups: [*groups, ("4111111111111111", b""), *groups]))
def test_each_run_of_whole_groups_is_judged(groups: list[tuple[str, bytes]]) -> None:
    """The spans are those that trying every run of groups finds; those that overlap are one."""
    text = b"x " + b"".join(digits.encode() + separator for digits, separator in groups)
    text = text.rstrip(groups[-1][1]) if groups[-1][1] else text
    assert list(narrow_cards(text, 2, len(text))) == find_slowly(text)


def find_slowly(text: bytes) -> list[tuple[int, int]]:
    places = [match.span() for match in re.finditer(rb"\d+", text)]
    runs = [
        (start, stop)
        for first, (start, _) in enumerate(places)
        for _, stop in places[first:]
        if is_card(re.sub(rb"\D", b"", text[start:stop]))
    ]
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(runs):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], stop)
        else:
            joined.append((start, stop))
    return joined


def test_four_mib_of_short_groups_are_quick() -> None:
    """Each digit may begin a card number there, of each length."""
    text = (b"4 " * (1 << 21)).rstrip()
    begun = time.process_time()
    assert list(narrow_cards(text, 0, len(text))) == [(0, len(text))]
    assert (time.process_time() - begun) * 1e6 <= MAX_US_A_BYTE * len(text)
