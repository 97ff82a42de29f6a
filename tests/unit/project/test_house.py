"""The order of the function's rooms: each folder is a stage, and one conductor stands above all. No exceptions."""

from collections import defaultdict
from itertools import pairwise

import pytest

from tests.unit.project.test_imports import Graph, cycle, imports, modules

ROOM = "log_processor"
FOLDERS = sorted(
    name for name, path in modules().items() if path.name == "__init__.py" and name.partition(".")[0] == ROOM
)


def siblings(folder: str) -> Graph:
    """Return what the children of `folder`, modules and folders, import from each other."""
    graph: defaultdict[str, set[str]] = defaultdict(set)
    for module, others in imports().items():
        for other in others:
            if module.startswith(f"{folder}.") and other.startswith(f"{folder}."):
                first, second = (name[len(folder) + 1 :].partition(".")[0] for name in (module, other))
                if first != second:
                    graph[first].add(second)
    return graph


def is_foundation(module: str) -> bool:
    """Tell whether a module of the root imports, itself and through others, only modules of the root."""
    return module.count(".") <= 1 and module not in FOLDERS[1:] and all(map(is_foundation, imports()[module]))


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_stands_in_a_folder_has_an_order(folder: str) -> None:
    """Its modules and folders import from each other in one direction."""
    assert cycle(siblings(folder)) == []


def test_stages_use_only_the_foundation_of_the_root() -> None:
    """Errors, records, settings and the like, which import from no stage: none knows the pipeline above it."""
    upwards = [
        f"{module} -> {other}"
        for module, others in imports().items()
        for other in others
        if module.startswith(f"{ROOM}.") and module.count(".") > 1 and other.count(".") <= 1
        if other not in FOLDERS[1:] and not is_foundation(other)
    ]
    assert upwards == []


def test_the_conductor_stands_above_all_stages() -> None:
    """The handler uses the parts, these the pipeline, that the attempt; nothing else uses them."""
    for above, below in pairwise(("handler", "parts", "pipeline", "attempt")):
        users = {module for module, others in imports().items() if f"{ROOM}.{below}" in others}
        assert users == {f"{ROOM}.{above}"}
