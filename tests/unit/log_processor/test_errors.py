"""The tree of errors is the picture at the top of its module, and is treated as the picture says."""

import re
from dataclasses import replace
from typing import Any

import pytest
from log_processor import errors
from log_processor.errors import ObjectChangedError, ObjectMissingError, PermanentError, PipelineError
from log_processor.routing.config.toml_tables import RouteError

from tests.unit.log_processor.edges import World

ROW = re.compile(r"( *)(\w+)(?: \(\w+\))?(?: {2,}(.+?) {2,}(.+?) {2,}(.+?) {2,}(.+))?")
NO_RANGE = {"EnvelopeError", "SettingsError", "RouteError", "OutOfTimeError"}


def picture() -> list[tuple[str, str, str]]:
    """Return each class of the picture with its parent, and whether it is archived."""
    lines = str(errors.__doc__).split("\n\n")[1].splitlines()[1:]
    found, parents = [], list[str]()
    for line in lines:
        match = ROW.fullmatch(line)
        assert match is not None, line
        depth = len(match[1]) // 2
        parents = [*parents[:depth], match[2]]
        found.append((match[2], parents[-2] if depth else "Exception", match[5] or ""))
    return found


def classes(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(found for child in root.__subclasses__() for found in classes(child))]


def test_the_picture_shows_every_class_below_its_parent() -> None:
    """The picture has every class, and no other."""
    of_function = [one for one in classes(PipelineError) if one.__module__.startswith("log_processor.")]
    tree = {(one.__name__, one.__bases__[0].__name__) for one in of_function}
    assert {(name, parent) for name, parent, _ in picture()} == tree
    assert (RouteError.__name__, "SettingsError") in tree


@pytest.mark.parametrize(("name", "archived"), [(name, said) for name, _, said in picture() if name not in NO_RANGE])
def test_an_error_is_archived_as_the_picture_says(name: str, archived: str) -> None:
    """A permanent error archives a copy and a document, or the document alone; a retryable one archives nothing."""
    kind: Any = getattr(errors, name)
    world = World()

    def refuse(call: str, _key: str) -> None:
        if call == "get_object":
            raise kind("the reason")

    world.s3.refuse = refuse
    with pytest.raises(kind, match="the reason"):
        world.run(replace(world.put(b"line\n"), denied_since="2026-05-04T10:00:00Z"))  # so long ago that it fails now
    kinds = {key.rpartition(".")[2] for key in world.s3.written}
    assert kinds == {"yes": {"object", "json"}, "document": {"json"}, "no": set(), "": set()}[archived]
    assert bool(kinds) == issubclass(kind, PermanentError)
    assert ("object" not in kinds) or not issubclass(kind, ObjectMissingError | ObjectChangedError)
