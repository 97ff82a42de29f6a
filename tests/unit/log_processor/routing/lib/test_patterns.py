"""Patterns are linear in time, limited in size, and refused with a remedy; globs match the keys that they seem to."""

import time

import pytest
from log_processor.routing.lib.patterns import PatternError, compile_glob, compile_line_start, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "remedy"),
    [
        ("(?=a)b", "no lookaround"),
        ("(?<!a)b", "no lookaround"),
        (r"(a)\1", "no backreferences"),
        ("(?P<n>a)(?P=n)", "no backreferences"),
        ("(?>a)", "no atomic groups"),
        (r"\d++", "no possessive repetition"),
        (r"a\Z", r"\z"),
        ("a{1001}", "at most 1,000 times"),
        ("((a{100}){100}){100}", "at most 1,000 times"),
        (r"\p{L}{1,50}", "is too large"),
        ("(", "close the group"),
        ("[a", "close the class"),
        ("[z-a]", "the smaller end first"),
        ("*a", "escape the sign"),
        ("\\", "a single"),
        ("a" * 2001, "at most 2,000"),
    ],
)
def test_what_re2_does_not_know_is_refused_with_a_remedy(pattern: str, remedy: str) -> None:
    """The refusal is one line that says what to write instead."""
    with pytest.raises(PatternError) as refused:
        compile_pattern(pattern)
    assert remedy in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"[ab]*a[ab]{200}c"])
def test_patterns_that_backtrack_elsewhere_are_quick(pattern: str) -> None:
    """64 KB of the worst text take under 2 s; a backtracking engine would never end."""
    program = compile_pattern(pattern)
    text = b"ab" * 32_000 + b"!"
    begun = time.process_time()
    program.search(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("web/*.log", ["web/a.log", "web/.log"], ["web/b/a.log", "web/a.log.gz", "xweb/a.log"]),
        ("web/**", ["web/a", "web/b/c.log", "web/"], ["web", "other/web/a"]),
        ("**/*.json", ["a.json", "x/y/a.json"], ["a.json.gz"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "ab"]),
        ("**", ["", "a", "a/b\nc", "süd/ö"], []),
        ("log-?.txt", ["log-1.txt", "log-ö.txt"], ["log-.txt", "log-/.txt"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "-x"]),
        ("[!a]x", ["bx"], ["ax", "/x"]),
        ("a+b (1).{log}", ["a+b (1).{log}"], ["aab (1).{log}"]),
        ("[", ["["], ["a"]),
    ],
)
def test_a_key_pattern_matches_whole_keys(pattern: str, matching: list[str], others: list[str]) -> None:
    """`*` and `?` match within a segment, `**` across segments, `[…]` a class; other characters match themselves."""
    program = compile_glob(pattern)
    assert [key for key in matching + others if program.fullmatch(key.encode()) is not None] == matching


def test_a_line_start_matches_anywhere_but_never_empty_text() -> None:
    """`^` anchors it to the beginning of the line."""
    assert compile_line_start("BEGIN").match(b"[1] BEGIN") is not None
    assert compile_line_start("^BEGIN").match(b"[1] BEGIN") is None
    with pytest.raises(PatternError, match="every line"):
        compile_line_start(r"\d*")
