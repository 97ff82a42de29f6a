"""Measure the language of the source tree: verbs in names and docstrings, and words that stand for two things."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
ROOMS = ("functions", "stacks", "ops", "emulator")
WORDS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}


@dataclass(frozen=True)
class Definition:
    """A class or function: its name, its file and line, and its docstring if it has one."""

    name: str
    path: str
    line: int
    docstring: str | None

    @property
    def begins_with_verb(self) -> bool:
        """Tell whether the name's first word is a verb; `record_outcome` begins with one, `record` alone is a noun."""
        first, _, rest = self.name.strip("_").partition("_")
        return first in WORDS["verbs"] or (bool(rest) and first in WORDS["also_nouns"])

    @property
    def is_imperative(self) -> bool:
        """Tell whether the docstring's first word is a verb in its plain form."""
        words = (self.docstring or "").split()
        return bool(words) and words[0].strip("`.,:;").lower() in WORDS["verbs"] | WORDS["also_nouns"]


@dataclass(frozen=True)
class Language:
    """The definitions of some source files, and for each identifier the lines on which it occurs."""

    functions: tuple[Definition, ...]
    classes: tuple[Definition, ...]
    identifiers: dict[str, tuple[str, ...]]

    @cached_property
    def named_functions(self) -> list[Definition]:
        """Return the functions without those whose names Python gives, such as `__enter__`."""
        return [function for function in self.functions if not function.name.startswith("__")]

    @property
    def verb_share(self) -> float:
        """Return the share of function names that begin with a verb."""
        return _compute_share(function.begins_with_verb for function in self.named_functions)

    @property
    def noun_docstring_share(self) -> float:
        """Return the share of functions' docstrings that begin with something other than a verb."""
        return _compute_share(not function.is_imperative for function in self.functions if function.docstring)

    @property
    def repeated_class_names(self) -> dict[str, list[str]]:
        """Return each class name that stands for more than one class, with the files and lines."""
        lines: defaultdict[str, list[str]] = defaultdict(list)
        for definition in self.classes:
            lines[definition.name.lstrip("_")].append(f"{definition.path}:{definition.line}")
        return {name: positions for name, positions in lines.items() if len(positions) > 1}


def measure(folders: Iterable[str] = ROOMS) -> Language:
    """Return the language of the Python files below some folders of the project, by default of the four rooms."""
    functions: list[Definition] = []
    classes: list[Definition] = []
    identifiers: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(path for folder in folders for path in (PROJECT_DIR / folder).rglob("*.py")):
        relative = path.relative_to(PROJECT_DIR).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append(Definition(node.name, relative, node.lineno, ast.get_docstring(node)))
            elif isinstance(node, ast.ClassDef):
                classes.append(Definition(node.name, relative, node.lineno, ast.get_docstring(node)))
            for name in _list_identifiers(node):
                identifiers[name].append(f"{relative}:{getattr(node, 'lineno', 0)}")
    return Language(tuple(functions), tuple(classes), {name: tuple(lines) for name, lines in identifiers.items()})


def _list_identifiers(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
            yield name
        case ast.keyword(arg=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.alias(name=name, asname=renamed):
            yield renamed or name.rpartition(".")[2]


def _compute_share(answers: Iterable[bool]) -> float:
    counted = list(answers)
    return sum(counted) / len(counted) if counted else 0.0
