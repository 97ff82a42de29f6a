"""What imports what: no cycle between modules or folders, and each room knows only those below it."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
ROOMS = {"log_processor": PROJECT / "functions", **dict.fromkeys(("stacks", "ops", "emulator", "toolchain"), PROJECT)}
KNOWS = {
    "log_processor": set(),
    "toolchain": set(),
    "stacks": {"log_processor"},
    "ops": {"log_processor", "stacks"},
    "emulator": {"toolchain"},
}
"""The rooms that each room may import from beside itself."""
Graph = Mapping[str, Iterable[str]]


@cache
def modules() -> dict[str, Path]:
    """Every module by its full name."""
    return {
        ".".join(path.relative_to(parent).with_suffix("").parts).removesuffix(".__init__"): path
        for room, parent in ROOMS.items()
        for path in (parent / room).rglob("*.py")
    }


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of the project that each module imports, at its top or within a function."""
    found = {name: set(_imported(ast.parse(path.read_text("utf-8")))) for name, path in modules().items()}
    return {name: others & modules().keys() - {name} for name, others in found.items()}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = [f"{node.module}.{one.name}" for one in node.names]
            yield from (name if name in modules() else node.module for name in named)
        else:
            yield from _imported(node)


def folder(module: str) -> str:
    """Return the folder of a module; a module at the top of a room is its own folder, because it has its own order."""
    parent = module if modules()[module].name == "__init__.py" else module.rpartition(".")[0]
    return module if parent in ROOMS else parent


def cycle(graph: Graph) -> list[str]:
    """Return a cycle of `graph`; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def folders() -> dict[str, set[str]]:
    """Return the folders that each folder imports from."""
    graph: defaultdict[str, set[str]] = defaultdict(set)
    for module, others in imports().items():
        graph[folder(module)] |= {folder(other) for other in others} - {folder(module)}
    return graph


def test_no_modules_import_each_other() -> None:
    """Not even over several others."""
    assert cycle(imports()) == []


def test_no_folders_import_each_other() -> None:
    """A folder is one step: what stands in it is used by those above, never the other way round."""
    assert cycle(folders()) == []


def test_no_folder_imports_from_the_one_that_contains_it() -> None:
    """What both need stands in a folder beside it."""
    upwards = [
        f"{inner} -> {outer}"
        for inner, others in folders().items()
        for outer in others
        if inner.startswith(f"{outer}.") and outer not in ROOMS
    ]
    assert upwards == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_those_below_it(room: str) -> None:
    """The function knows nobody, the stacks do not know the emulator, and the emulator sees neither's source."""
    others = {
        other.partition(".")[0]
        for module, found in imports().items()
        if module.partition(".")[0] == room
        for other in found
    }
    assert others - {room} <= KNOWS[room]


def test_a_cycle_is_found() -> None:
    """The test of the tests."""
    assert cycle({"a": ["b"], "b": ["c"], "c": ["a"]})
    assert not cycle({"a": ["b", "c"], "b": ["c"], "c": []})
