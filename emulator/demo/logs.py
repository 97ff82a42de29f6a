"""Choose the files to upload, the samples or the user's own, and the key of each."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from emulator.deploy.errors import DemoError
from emulator.samples.objects import sample_objects

MAX_KEY_BYTES = 1024
ADDED_SUFFIX = ".log"


@dataclass(frozen=True)
class LogFile:
    """One file and the key it is uploaded under; `renamed`: with a suffix that the notification knows.

    `damage` says what is wrong with a sample that is damaged on purpose.
    """

    key: str
    path: Path
    renamed: bool = False
    damage: str = ""


def write_samples(folder: Path) -> list[LogFile]:
    """Write the sample objects below `folder`, under their keys, and return them."""
    logs = []
    for sample in sample_objects():
        path = folder / sample.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.content)
        logs.append(LogFile(sample.key, path, damage=sample.damage))
    return logs


def find_logs(given: Path) -> list[LogFile]:
    """Return the files of `given` (one file, or a folder with all below it; `~` is expanded), sorted by key.

    Raises `DemoError` where there is nothing to upload, something cannot be read, or it might never end.
    """
    path = _expand(given)
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        logs = sorted(_below(path), key=lambda log: log.key)
    elif stat.S_ISREG(mode):
        logs = [LogFile(path.name, path)]
    else:
        raise DemoError(
            f"{path}: this is a pipe, a socket or a device, which may never end; "
            "write it to a file and name that as LOGS."
        )
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
        fitted.append(replace(log, key=key, renamed=key != log.key))
    return fitted


def _expand(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise DemoError(f"{path}: the home folder in it is not known; give LOGS the whole path.") from error


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        reason = f"{path}: there is no such file or folder; give LOGS the path of a log file or a folder of them."
        raise DemoError(reason) from error
    except OSError as error:
        _refuse(error)


def _below(folder: Path) -> Iterator[LogFile]:
    """Yield the files below `folder`; pipes, sockets and devices are none, a link to nowhere cannot be read."""
    for parent, _, files in os.walk(folder, onerror=_refuse):
        for file in (Path(parent, name) for name in files):
            try:
                is_log = stat.S_ISREG(file.stat().st_mode)
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
