"""A pattern is refused only if it can never hide anything."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.routing.config.dead_patterns import explain_dead_pattern
from log_processor.routing.lib.patterns import PatternError, compile_pattern

TEXTS = [("".join(signs)).encode() for size in range(5) for signs in product("ab\n", repeat=size)]
PIECES = (
    *(
        "a",
        "b",
        "ab",
        "^",
        "$",
        "\\A",
        "\\z",
        "\\b",
        "\\B",
        ".",
        "[ab]",
        "[^a]",
        "[]a]",
        "[^]a]",
        "[^\\s\\S]",
        "[[:alpha:]]",
    ),
    *(
        "(",
        "(?:",
        "(?i:",
        "(?m)",
        "(?s)",
        "(?P<x>",
        ")",
        ")",
        "|",
        "*",
        "+",
        "?",
        "{0}",
        "{1,2}",
        "{0,1}",
        "*?",
        "\\Qa^\\E",
    ),
)
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


@pytest.mark.parametrize(
    "pattern",
    [
        *("a^b", "a$b", "^a^b", "a\\Ab", "a\\zb", "(?:a^)b", "a(?:^b)", "a(?:^b|^c)", "(a^)+", "a{2}^", "[^\\s\\S]"),
        *("x[^\\d\\D]+y", "(?:a^|b^)", "pw=(a^b)", "$a", "a^(b)", "(?:a$){1}b", "\\Qa\\E^b", "[^\\w\\W]|a^"),
    ],
)
def test_a_pattern_without_a_match_is_dead(pattern: str) -> None:
    """Wherever its anchor or its empty class stands."""
    assert "mend it" in str(explain_dead_pattern(pattern))
    assert not any(compile_pattern(pattern).search(text) for text in TEXTS)


@pytest.mark.parametrize("pattern", ["password=()", "(^)x", "a(b{0})", "(\\b)a", "a(?P<x>)b", "pw=(|)(b)"])
def test_a_pattern_with_an_empty_group_is_dead(pattern: str) -> None:
    """What it would hide has no characters."""
    assert "its group" in str(explain_dead_pattern(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        *("^a$", "a|b^c", "a?^b", "(?:)^a", "(?m)a\n^b", "(?m:a$)\nb", "[\\^]a^?", "a\\^b", "[^]a]", "[]^]", "x{,2}"),
        *(
            "(?i)AB",
            "\\pLa",
            "\\p{Greek}",
            "\\x{41}^?",
            "\\Q^$\\E",
            "(?P<pin>\\d+)",
            "(a)?",
            "(a|)",
            "\\101",
            "[[:^digit:]]",
        ),
        *("a$?b", "$^", "^^a$$", "(^|,)a", "a($|,)", "[\\s\\S]", "[^\\s]", "()|a", "a()|b", "(?:a())?b", "(?:^a)?b"),
    ],
)
def test_any_other_pattern_is_let_be(pattern: str) -> None:
    """Also where its signs are escaped, in a class or optional."""
    compile_pattern(pattern)
    assert explain_dead_pattern(pattern) is None


@settings(deadline=None, max_examples=400)
@given(PATTERNS)
def test_no_pattern_that_matches_is_refused(pattern: str) -> None:
    """Tried over all texts of four characters: what is called dead hides nothing in any of them."""
    try:
        compiled = compile_pattern(pattern)
    except PatternError:
        return
    dead = explain_dead_pattern(pattern)
    if dead is None:
        return
    for text in TEXTS:
        match = compiled.search(text)
        if match is not None:
            start, stop = match.span(1) if compiled.groups and match.span(1)[0] >= 0 else match.span()
            assert compiled.groups, (pattern, text)
            assert start == stop, (pattern, text)


def test_a_pattern_of_many_brackets_is_let_be() -> None:
    """The deepest that RE2 takes."""
    pattern = "(?:" * 400 + "a" + ")" * 400
    compile_pattern(pattern)
    assert explain_dead_pattern(pattern) is None
