"""The glossary is alphabetical, and each of its terms lives where it says."""

import ast
import re
from pathlib import Path

import pytest

PROJECT_DIR = Path(__file__).resolve().parents[3]
FUNCTION_DIR = PROJECT_DIR / "functions" / "log_processor"
ROW = re.compile(r"\| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
ROWS = [
    row.groups()
    for line in (PROJECT_DIR / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()[6:]
    if (row := ROW.fullmatch(line))
]
CODE = re.compile(r"`([\w/]+(?:\.py|/))`(?: `(\w+)`)?")


def list_definitions(path: Path) -> set[str]:
    """Return the names of a module's classes, functions and assigned variables."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


def test_terms_are_alphabetical() -> None:
    """Each term occurs once, too."""
    terms = [term for term, _, _ in ROWS]
    assert len(terms) >= 30
    assert terms == sorted(set(terms), key=str.lower)


@pytest.mark.parametrize(("term", "code"), [(term, code) for term, _, code in ROWS if code != "SQS"])
def test_a_term_lives_where_the_glossary_says(term: str, code: str) -> None:
    """The module exists, and it defines the class or function that is named."""
    parts = CODE.fullmatch(code)
    assert parts, f"{term}: {code}"
    path, name = parts.groups()
    file = (PROJECT_DIR if path.startswith("emulator/") else FUNCTION_DIR) / path
    assert file.exists(), f"{term}: there is no {path}"
    assert name is None or name in list_definitions(file), f"{term}: {path} does not define {name}"
