"""The files that a command line names: files themselves, and folders with all below them."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Named:
    """A file, and its name below what was given: `b/c.log` for `a/b/c.log` if the folder `a` was."""

    path: Path
    below: str


def files_below(paths: Iterable[Path]) -> Iterator[Named]:
    """Yield each path that is no folder as it is, and for each folder the files below it, in the order of their names.

    Pipes and sockets in folders are passed over. A folder that cannot be listed, or holds no file, is yielded itself:
    who opens it meets the reason.
    """
    for path in paths:
        if not path.is_dir():
            yield Named(path, path.name)
            continue
        found = sorted(_in_folder(path))
        for file in found:
            yield Named(file, file.relative_to(path).as_posix())
        if not found:
            yield Named(path, path.name)


def _in_folder(folder: Path) -> Iterator[Path]:
    refused: list[OSError] = []
    for parent, _, names in os.walk(folder, onerror=refused.append):
        for file in (Path(parent, name) for name in names):
            if file.is_file() or file.is_symlink():
                yield file
    yield from (Path(error.filename) for error in refused if error.filename != str(folder))
