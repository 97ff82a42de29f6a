"""Choose the files to upload, the samples or the user's own, and the key of each."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from emulator.deploy.errors import DemoError
from emulator.samples.objects import sample_objects

MAX_KEY_BYTES = 1024
ADDED_SUFFIX = ".log"


@dataclass(frozen=True)
class LogFile:
    """One file and the key it is uploaded under; `renamed`: with a suffix that the notification knows."""

    key: str
    path: Path
    renamed: bool = False


def write_samples(folder: Path) -> list[LogFile]:
    """Write the sample objects below `folder`, under their keys, and return them."""
    logs = []
    for sample in sample_objects():
        path = folder / sample.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.content)
        logs.append(LogFile(sample.key, path))
    return logs


def find_logs(path: Path) -> list[LogFile]:
    """Return the files of `path` (one file, or a folder with all below it), sorted by key.

    Raises `DemoError` where there is nothing to upload or something cannot be read.
    """
    logs = sorted(_below(path), key=lambda log: log.key) if _is_folder(path) else [LogFile(path.name, path)]
    if not logs:
        raise DemoError(f"{path}: there is no file in this folder; give LOGS a path that holds at least one log file.")
    for log in logs:
        _check(log)
    return logs


def fit_keys(logs: list[LogFile], suffixes: Sequence[str]) -> list[LogFile]:
    """Add a suffix to the keys that the notification, which knows only `suffixes`, would pass over."""
    taken = {log.key for log in logs}
    fitted = []
    for log in logs:
        key = log.key
        while not key.endswith(tuple(suffixes)) or (key != log.key and key in taken):
            key += ADDED_SUFFIX
        taken.add(key)
        fitted.append(LogFile(key, log.path, renamed=key != log.key))
    return fitted


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError) as error:
        reason = f"{path}: there is no such file or folder; give LOGS the path of a log file or a folder of them."
        raise DemoError(reason) from error
    except OSError as error:
        _refuse(error)


def _below(folder: Path) -> Iterator[LogFile]:
    """Yield the files below `folder`; pipes and sockets are none, a link that leads nowhere cannot be read."""
    for parent, _, files in os.walk(folder, onerror=_refuse):
        for file in (Path(parent, name) for name in files):
            try:
                is_log = file.is_file() or file.is_symlink()
            except OSError as error:
                _refuse(error)
            if is_log:
                yield LogFile(file.relative_to(folder).as_posix(), file)


def _refuse(error: OSError) -> NoReturn:
    reason = f"{error.filename}: cannot be read ({error.strerror}); mend its permissions or name another path as LOGS."
    raise DemoError(reason) from error


def _check(log: LogFile) -> None:
    try:
        with log.path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        _refuse(error)
    try:
        size_bytes = len(f"{log.key}{ADDED_SUFFIX}".encode())
    except UnicodeEncodeError as error:
        raise DemoError(
            f"{log.key!a}: the name is not valid UTF-8 and cannot be a key in S3; rename the file."
        ) from error
    if size_bytes > MAX_KEY_BYTES:
        raise DemoError(
            f"{log.key}: the name is longer than the {MAX_KEY_BYTES} bytes of a key in S3; rename the file."
        )
