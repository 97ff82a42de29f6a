"""Patterns are linear, bounded, and refused with what to write instead; globs take the keys that they seem to."""

import time

import pytest
from log_processor.routing.lib.patterns import PatternError, compiled, glob, line_start


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
    """One sentence, which names the pattern unless it is very long."""
    with pytest.raises(PatternError) as refused:
        compiled(pattern)
    assert remedy in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"[ab]*a[ab]{200}c"])
def test_patterns_that_explode_elsewhere_are_quick(pattern: str) -> None:
    """64 KiB in the worst way: a backtracking engine would not end in this universe."""
    program = compiled(pattern)
    text = b"ab" * 32_000 + b"!"
    begun = time.process_time()
    program.search(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("pattern", "takes", "leaves"),
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
def test_key_patterns(pattern: str, takes: list[str], leaves: list[str]) -> None:
    """`*` stays in its segment, `**` does not; what is no sign stands for itself."""
    program = glob(pattern)
    assert [key for key in takes + leaves if program.fullmatch(key.encode()) is not None] == takes


def test_a_lines_start_is_searched_for_and_may_not_be_empty() -> None:
    """`^` anchors it where that is meant."""
    assert line_start("BEGIN").match(b"[1] BEGIN") is not None
    assert line_start("^BEGIN").match(b"[1] BEGIN") is None
    with pytest.raises(PatternError, match="every line"):
        line_start(r"\d*")
