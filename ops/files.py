"""Find the files that a command line names: files themselves, and all files below folders."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file and its name relative to the path that was given: `b/c.log` for `a/b/c.log` if `a` was given."""

    path: Path
    relative_name: str


def find_files(paths: Iterable[Path]) -> Iterator[NamedFile]:
    """Yield each path that is no folder as it is, and for each folder the files below it, sorted by name.

    Skip pipes and sockets in folders. Yield a folder itself if it cannot be listed or holds no file: opening it then
    raises the error that tells why.
    """
    for path in paths:
        if not path.is_dir():
            yield NamedFile(path, path.name)
            continue
        files = sorted(_walk_folder(path))
        for file in files:
            yield NamedFile(file, file.relative_to(path).as_posix())
        if not files:
            yield NamedFile(path, path.name)


def _walk_folder(folder: Path) -> Iterator[Path]:
    refused: list[OSError] = []
    for parent, _, names in os.walk(folder, onerror=refused.append):
        for file in (Path(parent, name) for name in names):
            if file.is_file() or file.is_symlink():
                yield file
    yield from (Path(error.filename) for error in refused if error.filename != str(folder))
