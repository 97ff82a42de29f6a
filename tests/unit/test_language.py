"""One word for one thing, functions that say what they do, docstrings in plain imperative."""

import re

import pytest

from tests.support.language import WORDS, Definition, Language, measure

FOLDERS = ("benchmarks", "emulator", "functions", "ops", "stacks", "toolchain")
MAX_TEST_NAME = 59
LIMIT = re.compile(r"_?(?:MOST|FEWEST|LEAST)_")


@pytest.fixture(scope="module")
def identifiers() -> dict[str, tuple[str, ...]]:
    return measure(FOLDERS).identifiers


@pytest.fixture(scope="module", params=FOLDERS)
def language(request: pytest.FixtureRequest) -> Language:
    return measure([request.param])


def list_definitions(definitions: list[Definition]) -> str:
    return "\n".join(f"{item.path}:{item.line} {item.name}: {item.docstring}" for item in definitions)


def test_functions_are_verbs(language: Language) -> None:
    """At least six of ten function names begin with a verb; the others are properties, conversions and parsers."""
    nouns = [function for function in language.named_functions if not function.begins_with_verb]
    assert language.verb_share >= 0.60, list_definitions(nouns)


def test_docstrings_are_imperative(language: Language) -> None:
    """At most one of ten functions' docstrings begins with a noun or a clause."""
    nouns = [function for function in language.functions if function.docstring and not function.is_imperative]
    assert language.noun_docstring_share <= 0.10, list_definitions(nouns)


def test_a_class_name_stands_for_one_class() -> None:
    """A reader who meets a class name knows which class it is, in functions, stacks, ops and emulator."""
    assert measure().repeated_class_names == {}


@pytest.mark.parametrize("word", sorted(WORDS["private"]))
def test_private_words_are_no_identifiers(identifiers: dict[str, tuple[str, ...]], word: str) -> None:
    """A word that once stood for several things is used for none, with an underscore in front or not."""
    assert [*identifiers.get(word, ()), *identifiers.get(f"_{word}", ())] == []


def test_limits_are_called_max_and_min(identifiers: dict[str, tuple[str, ...]]) -> None:
    """A limit's name begins with `MAX_` or `MIN_`."""
    assert [name for name in identifiers if LIMIT.match(name)] == []


def test_names_of_tests_are_short() -> None:
    """A test's name has fewer than sixty characters."""
    names = [function.name for function in measure(["tests"]).functions]
    assert [name for name in names if name.startswith("test_") and len(name) > MAX_TEST_NAME] == []


def test_verbs_are_told_from_nouns() -> None:
    """A bare noun is no verb, a verb with an object is one."""
    names = ["parse", "record", "record_outcome", "_text", "_read_rows", "is_card"]
    assert [Definition(name, "", 0, None).begins_with_verb for name in names] == [True, False, True, False, True, True]
