"""Expressions that are compiled when they are first used."""

import re

from log_processor.formats.lib.lazy import compile_lazily


def test_it_does_what_the_compiled_expression_does() -> None:
    """Text and bytes, with flags: each method returns the same as that of the compiled expression, again and again."""
    word, digits = compile_lazily(r"(a)(.)", re.DOTALL), compile_lazily(rb"\d+")
    for _ in range(2):
        match = word.match("a\nb")
        assert match is not None
        assert match.groups() == ("a", "\n")
        assert word.fullmatch("a\nb") is None
        assert digits.findall(b"1 22") == [b"1", b"22"]
    assert word.groups == 2


def test_nothing_is_compiled_before_the_first_use() -> None:
    """An expression that is never used is not compiled: even a wrong one does no harm."""
    assert compile_lazily("(").pattern == "("
