"""The pages on the house name what stands in it."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md")
PATH = re.compile(r"`([\w./-]+(?:/|\.(?:py|md|json|toml)))`|\]\(([\w./-]+)(?:#[\w-]+)?\)")
FUNCTION = PROJECT / "functions" / "log_processor"


def text(page: str) -> str:
    return (PROJECT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page: str) -> None:
    """In backticks or as a link; a name alone may be one of the function's modules."""
    named = {found or linked for found, linked in PATH.findall(text(page))}
    assert named
    places = (PROJECT, FUNCTION, PROJECT / "functions")
    assert not [path for path in sorted(named) if not any((place / path).exists() for place in places)]


def test_the_house_shows_every_room_and_stage() -> None:
    """Each folder of the checkout's own code, and each stage of the function."""
    picture = text("ARCHITECTURE.md").partition("```text")[2].partition("```")[0]
    rooms = [path.parent.name for path in PROJECT.glob("*/__init__.py")]
    stages = [path.parent.name for path in FUNCTION.glob("*/__init__.py")]
    assert not [name for name in rooms + stages if f"{name}/" not in picture]


def test_the_way_of_an_event_has_every_outcome() -> None:
    """The picture is of the outcomes that there are."""
    outcomes = (FUNCTION / "work" / "outcome.py").read_text("utf-8")
    names = re.findall(r"^class (\w+):", outcomes, re.MULTILINE)
    assert names
    assert not [name for name in names if f"► {name}(" not in text("ARCHITECTURE.md")]


def test_the_way_of_an_event_names_functions_that_exist() -> None:
    """A module of the function and a function or method in it, such as `attempt.run`."""
    picture = text("ARCHITECTURE.md").partition("## One event's way")[2].partition("```text")[2].partition("```")[0]
    named = re.findall(r"\b(handler|pipeline|attempt)\.(\w+)", picture)
    assert len(named) > 3
    sources = {module: (FUNCTION / f"{module}.py").read_text("utf-8") for module, _ in named}
    assert not [f"{module}.{name}" for module, name in named if f"def {name}(" not in sources[module]]
