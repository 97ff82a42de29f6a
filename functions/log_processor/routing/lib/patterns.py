r"""Regular expressions and key globs as RE2 programs: linear in the text, bounded in size, refused with a remedy.

Syntax: https://github.com/google/re2/wiki/Syntax. `^` and `$` are the ends of the whole record, as in Python.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import re2

MOST_CHARACTERS = 2000
MOST_STEPS = 4096
"""Instructions of a program: what a byte of text costs at most where RE2 has no memory left for its fast way."""
MEMORY_BYTES = 4 * 1024 * 1024
REMEDIES = (
    (r"perl operator: \(\?<?[=!]", "RE2 has no lookaround: match the text itself, or state the condition in 'exclude'"),
    (r"perl operator: \(\?>", "RE2 has no atomic groups and never backtracks: write (?:…)"),
    (r"perl operator: \(\?P", "RE2 has no backreferences: write the repeated part out"),
    (r"perl operator: \(\?\(", "RE2 has no conditional groups: write both branches as alternatives, a|b"),
    (r"perl operator: \(\?#", "RE2 has no comments in patterns: write a TOML comment instead"),
    (r"perl operator", "RE2 knows (?:…), (?P<name>…) and the flags (?i), (?m), (?s) and (?U) here"),
    (r"escape sequence: \\[1-9]", "RE2 has no backreferences: write the repeated part out"),
    (r"escape sequence: \\Z", r"RE2 writes the end of the text \z"),
    (r"escape sequence: \\u", r"RE2 writes a character by its number as \x{1F600}"),
    (r"escape sequence", r"escape only signs that mean something, such as \. and \["),
    (r"bad repetition operator: .\+", "RE2 has no possessive repetition and never backtracks: write one sign"),
    (r"bad repetition operator", "one repetition cannot follow another: put the inner one into (?:…)"),
    (r"repetition size", "a part repeats at most 1,000 times, nested repetitions multiplied: write fewer"),
    (r"no argument for repetition", r"nothing stands before the repetition: escape the sign, as in \*"),
    (r"missing \)", r"close the group with ), or write \( for the sign itself"),
    (r"unexpected \)", r"open the group with (, or write \) for the sign itself"),
    (r"missing \]", r"close the class with ], or write \[ for the sign itself"),
    (r"character class range", r"write the smaller end first, and only classes such as \d, \p{L} or [:alpha:]"),
    (r"trailing", r"a single \ ends it: write \\ for the sign itself"),
    (r"too large", "it is too large: write fewer or smaller repetitions"),
)


class PatternError(Exception):
    """A pattern that cannot be used; the message names it, the reason and the remedy."""


class Match(Protocol):
    """What RE2 found; offsets in the units of the text that was searched."""

    def span(self, group: int = 0, /) -> tuple[int, int]:
        """Where a group lies; (-1, -1) where it took no part."""


class Pattern(Protocol):
    """A compiled RE2 program over bytes (UTF-8)."""

    groups: int
    pattern: str
    programsize: int

    def search(self, text: bytes, /) -> Match | None:
        """The leftmost match."""

    def match(self, text: bytes, /) -> Match | None:
        """The match at the beginning."""

    def fullmatch(self, text: bytes, /) -> Match | None:
        """The match of the whole text."""

    def finditer(self, text: bytes, /) -> Iterator[Match]:
        """All matches that do not overlap."""


def compiled(pattern: str) -> Pattern:
    """Compile `pattern`; raises `PatternError` where RE2 does not know it or it is too large."""
    if len(pattern) > MOST_CHARACTERS:
        raise PatternError(f"the pattern has {len(pattern):,} characters: write at most {MOST_CHARACTERS:,}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY_BYTES
    try:
        program: Pattern = re2.compile(pattern, options)
    except re2.error as error:
        raise PatternError(f"the pattern {pattern!r} is refused: {_reason(error)}") from error
    if program.programsize > MOST_STEPS:
        raise PatternError(
            f"the pattern {pattern!r} is too large ({program.programsize:,} steps, at most {MOST_STEPS:,}): "
            "write fewer or smaller repetitions"
        )
    return program


def any_of(patterns: Sequence[Pattern]) -> Pattern | None:
    """One program that finds something wherever one of `patterns` does; None where they cannot be joined."""
    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, MEMORY_BYTES
    try:
        joined: Pattern = re2.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns), options)
    except re2.error:
        return None
    return joined


def line_start(pattern: str) -> Pattern:
    """A pattern that lines are searched for; its `match` searches too, which is what assembly asks of a line."""
    program = compiled(pattern)
    if program.search(b"") is not None:
        raise PatternError(
            f"the pattern {pattern!r} matches an empty line, so every line: write what a record begins with"
        )
    return _Searched(program)


def glob(pattern: str) -> Pattern:
    """Compile a key pattern: `?` and `*` stay within one segment, `**` takes any number of them, `[…]` is a class."""
    pieces, position = [], 0
    while position < len(pattern):
        piece, position = _glob_piece(pattern, position)
        pieces.append(piece)
    return compiled("(?s)" + "".join(pieces))


def _glob_piece(pattern: str, position: int) -> tuple[str, int]:
    """The expression of what stands at `position`, and where the next piece begins."""
    begins = position == 0 or pattern[position - 1] == "/"
    if begins and pattern.startswith("**/", position):
        return "(?:.*/)?", position + 3
    if pattern.startswith("**", position):
        return ".*", position + 2
    sign = pattern[position]
    if sign == "[" and (found := re.compile(r"\[(!?)([^\]/]+)\]").match(pattern, position)):
        negated, members = "^/" if found[1] else "", re.sub(r"[\\\[^&]", r"\\\g<0>", found[2])
        return f"[{negated}{members}]", found.end()
    return {"*": "[^/]*", "?": "[^/]"}.get(sign, re.escape(sign)), position + 1


def _reason(error: Exception) -> str:
    """RE2's own words, and what to write instead."""
    words = error.args[0]
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    for sign, remedy in REMEDIES:
        if re.search(sign, text):
            return f"{text}; {remedy}"
    return text


class _Searched:
    """A program whose `match` is its `search`."""

    def __init__(self, program: Pattern) -> None:
        self.groups = program.groups
        self.pattern = program.pattern
        self.programsize = program.programsize
        self.match = self.search = program.search
        self.fullmatch = program.fullmatch
        self.finditer = program.finditer
