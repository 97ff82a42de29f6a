r"""Compile regular expressions and key globs to RE2 programs, or refuse them with a remedy.

A program takes time linear in the text, and its size is limited, so no pattern can stop the function. `^` and `$` are
the ends of the whole record, as in Python. Syntax: https://github.com/google/re2/wiki/Syntax.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import re2

MAX_CHARACTERS = 2000
MAX_STEPS = 4096
"""The most instructions of a program: each byte of text costs so many if RE2 has no memory left for its fast way."""
MEMORY_BYTES = 4 * 1024 * 1024
FOLDERS, ANY_TEXT, IN_SEGMENT = "(?:.*/)?", ".*", "[^/]*"
"""What `**/`, `**` and `*` match in a key pattern."""
REMEDIES = (
    (r"perl operator: \(\?<?[=!]", "RE2 has no lookaround: match the text itself, or state the condition in 'exclude'"),
    (r"perl operator: \(\?>", "RE2 has no atomic groups and never backtracks: write (?:…)"),
    (r"perl operator: \(\?P", "RE2 has no backreferences: write the repeated part out"),
    (r"perl operator: \(\?\(", "RE2 has no conditional groups: write both branches as alternatives, a|b"),
    (r"perl operator: \(\?#", "RE2 has no comments in patterns: write a TOML comment instead"),
    (r"perl operator", "RE2 knows (?:…), (?P<name>…) and the flags (?i), (?m), (?s) and (?U) here"),
    (r"named capture group", "a group's name has letters, digits and _, and begins with a letter"),
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
    """A pattern cannot be used; the message names the pattern, the reason and the remedy."""


class Match(Protocol):
    """A match of a pattern in a text; offsets are in bytes."""

    def span(self, group: int = 0, /) -> tuple[int, int]:
        """Return the start and the end of a group, or (-1, -1) if the group took no part in the match."""


class Pattern(Protocol):
    """A compiled RE2 program that searches bytes (UTF-8)."""

    groups: int
    groupindex: Mapping[str, int]
    pattern: str
    programsize: int

    def search(self, text: bytes, pos: int = 0, endpos: int | None = None, /) -> Match | None:
        """Return the leftmost match that begins at `pos` or after it, in the text up to `endpos`."""

    def match(self, text: bytes, /) -> Match | None:
        """Return the match at the beginning of the text."""

    def fullmatch(self, text: bytes, /) -> Match | None:
        """Return the match of the whole text."""

    def finditer(self, text: bytes, /) -> Iterator[Match]:
        """Yield all matches that do not overlap, from left to right."""


def compile_pattern(pattern: str) -> Pattern:
    """Compile a regular expression; raise `PatternError` if RE2 does not know its syntax or it is too large."""
    return _compile(pattern, re2.Options())


def compile_expression(pattern: str) -> Pattern:
    """Compile the expression of a record, whose `.` matches line ends too; raise as `compile_pattern` does."""
    options = re2.Options()
    options.dot_nl = True
    return _compile(pattern, options)


def _compile(pattern: str, options: re2.Options) -> Pattern:
    if len(pattern) > MAX_CHARACTERS:
        raise PatternError(f"the pattern has {len(pattern):,} characters: write at most {MAX_CHARACTERS:,}")
    options.log_errors, options.max_mem = False, MEMORY_BYTES
    try:
        program: Pattern = re2.compile(pattern, options)
    except re2.error as error:
        raise PatternError(f"the pattern '{pattern}' is refused: {_explain_refusal(error)}") from error
    if program.programsize > MAX_STEPS:
        raise PatternError(
            f"the pattern '{pattern}' is too large ({program.programsize:,} steps, at most {MAX_STEPS:,}): "
            "write fewer or smaller repetitions"
        )
    return program


def join_patterns(patterns: Sequence[Pattern]) -> Pattern | None:
    """Return one program that matches if any of `patterns` does, or None if RE2 cannot join them."""
    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, MEMORY_BYTES
    try:
        joined: Pattern = re2.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns), options)
    except re2.error:
        return None
    return joined


def compile_line_start(pattern: str) -> Pattern:
    """Compile the pattern of a line that begins a record; raise `PatternError` if it cannot be used.

    The pattern may match anywhere in the line, unless it begins with `^`. Assembly asks for `match`, so the returned
    program's `match` is its `search`.
    """
    program = compile_pattern(pattern)
    if program.search(b"") is not None:
        raise PatternError(
            f"the pattern '{pattern}' matches an empty line, so every line: write what a record begins with"
        )
    return _UnanchoredPattern(program)


def compile_glob(pattern: str) -> Pattern:
    """Compile a key pattern; raise `PatternError` if it is too large.

    `?` matches one character of a segment, `*` any number of them, `**` any number of segments, `[…]` a class of
    characters. Example: `web/**/*.log` matches `web/a.log` and `web/2026/05/a.log`.
    """
    return compile_pattern("(?s)" + "".join(split_glob(pattern)))


def split_glob(pattern: str) -> list[str]:
    """Return the regular expressions of a key pattern's pieces: a wildcard, a class, or a character each."""
    pieces, position = [], 0
    while position < len(pattern):
        piece, position = translate_glob_piece(pattern, position)
        pieces.append(piece)
    return pieces


def translate_glob_piece(pattern: str, position: int) -> tuple[str, int]:
    """Return the regular expression of the piece at `position`, and the position of the next piece."""
    begins_segment = position == 0 or pattern[position - 1] == "/"
    if begins_segment and pattern.startswith("**/", position):
        return FOLDERS, position + 3
    if pattern.startswith("**", position):
        return ANY_TEXT, position + 2
    character = pattern[position]
    if character == "[" and (bracket := re.compile(r"\[(!?)([^\]/]+)\]").match(pattern, position)):
        negation, members = "^/" if bracket[1] else "", re.sub(r"[\\\[^&]", r"\\\g<0>", bracket[2])
        return f"[{negation}{members}]", bracket.end()
    return {"*": IN_SEGMENT, "?": "[^/]"}.get(character, re.escape(character)), position + 1


def _explain_refusal(error: Exception) -> str:
    """Return RE2's own message with the remedy for it, if there is one."""
    message = error.args[0]
    text = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
    for expression, remedy in REMEDIES:
        if re.search(expression, text):
            return f"{text}; {remedy}"
    return text


class _UnanchoredPattern:
    """A program whose `match` is its `search`: it may match anywhere in the text."""

    def __init__(self, program: Pattern) -> None:
        self.groups, self.groupindex = program.groups, program.groupindex
        self.pattern = program.pattern
        self.programsize = program.programsize
        self.match = self.search = program.search
        self.fullmatch = program.fullmatch
        self.finditer = program.finditer
