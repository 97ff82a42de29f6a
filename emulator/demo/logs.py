"""Choose the files to upload, samples or the user's own, and the key of each."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from emulator.deploy.errors import DemoError
from emulator.samples.objects import make_samples

MAX_KEY_BYTES = 1024
ADDED_SUFFIX = ".log"


@dataclass(frozen=True)
class LogFile:
    """A file and the key that it is uploaded under.

    It is `renamed` if its key got a suffix that the notification knows. `damage` says how a sample is damaged.
    """

    key: str
    path: Path
    renamed: bool = False
    damage: str = ""


def write_samples(folder: Path) -> list[LogFile]:
    """Write the sample objects below `folder`, each under its key, and return them; their last lines are of now."""
    logs = []
    for sample in make_samples(end=datetime.now(UTC)):
        path = folder / sample.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.content)
        logs.append(LogFile(sample.key, path, damage=sample.damage))
    return logs


def find_logs(given: Path) -> list[LogFile]:
    """Return the files of `given`, sorted by key: one file, or all files below a folder; `~` is expanded.

    Raise `DemoError` if there is no file, one cannot be read, or `given` is a pipe, a socket or a device.
    """
    path = _expand(given)
    mode = _read_mode(path)
    if stat.S_ISDIR(mode):
        logs = sorted(_list_files(path), key=lambda log: log.key)
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
    """Return the files with a suffix added to each key that ends in none of the notification's `suffixes`."""
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


def _read_mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        reason = f"{path}: there is no such file or folder; give LOGS the path of a log file or a folder of them."
        raise DemoError(reason) from error
    except OSError as error:
        _refuse(error)


def _list_files(folder: Path) -> Iterator[LogFile]:
    """Yield the files below `folder`, without pipes, sockets and devices; refuse a link that leads nowhere."""
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
