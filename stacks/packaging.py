"""Pack the function and its layer into zips whose bytes depend on the packed files alone."""

import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from log_processor.parser_version import LIBRARIES, VERSION_FILE, digest_parser

from stacks import PROJECT, SOURCES
from stacks.bytecode import compile_source, name_bytecode

STAGE = PROJECT / "build" / "stage"
LAYERS = PROJECT / "build" / "layers"
PACKAGE = "log_processor"
LOCK = PROJECT / "Pipfile.lock"
KEPT_SUFFIXES = frozenset({".py", ".toml"})
PLATFORMS = {"x86_64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}
PYTHON_VERSION = "3.11"
FILE_MODE = 0o644
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class PackagingError(Exception):
    """The function or its dependencies could not be packed; the message says why and what to do."""


def zip_function() -> Path:
    """Zip the function's sources, each compiled as well; return the zip, whose folder is named by its content.

    Caches and tests are left out. The version of the parsers is a file, so that the function need not compute it.
    """
    files = {
        path.relative_to(SOURCES).as_posix(): path.read_bytes()
        for path in (SOURCES / PACKAGE).rglob("*")
        if path.suffix in KEPT_SUFFIXES and "__pycache__" not in path.parts
    }
    digest = _digest_sources(files)
    version = _stage(f"parser-{digest}", _compute_parser_version)
    kept: dict[str, str] = json.loads(_stage(f"compiled-{digest}", partial(_compile_sources, files)))
    compiled = {name: content.encode("latin-1") for name, content in kept.items()}
    return _write_zip(files | compiled | {f"{PACKAGE}/{VERSION_FILE}": version}, STAGE)


def _digest_sources(files: Mapping[str, bytes]) -> str:
    """Return a digest of the sources, and of what they are compiled and parse with."""
    known = hashlib.sha256(json.dumps([sys.implementation.cache_tag, _read_versions()]).encode())
    for name, content in sorted(files.items()):
        known.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return known.hexdigest()[:16]


def _stage(name: str, make: Callable[[], bytes]) -> bytes:
    """Return what `make` makes, which is kept under a name: that takes most of a synth, and is done once."""
    staged = STAGE / name
    if not staged.exists():
        _write_whole(staged, make())
    return staged.read_bytes()


def _compute_parser_version() -> bytes:
    """Return the version of the parsers, which is a file of the zip, so that the function need not compute it."""
    return digest_parser(SOURCES / PACKAGE, _read_versions()).encode("ascii")


def _compile_sources(files: Mapping[str, bytes]) -> bytes:
    """Return the compiled files by their names, as JSON with a character for each byte."""
    sources = {name: content for name, content in files.items() if name.endswith(".py")}
    compiled = {name_bytecode(name): compile_source(name, content) for name, content in sources.items()}
    return json.dumps({name: content.decode("latin-1") for name, content in compiled.items()}).encode()


def _read_versions() -> dict[str, str]:
    """Return the locked versions of the libraries that parse."""
    locked = _read_lock()
    return {name: locked[name]["version"].lstrip("=") for name in LIBRARIES}


def zip_layer(architecture: str) -> Path:
    """Zip the locked wheels of the function's dependencies as a layer; return the zip, like `zip_function`.

    The wheels are downloaded once for each lock and architecture, and kept: the next synth needs no network.
    """
    locked = _read_lock()
    key = hashlib.sha256(json.dumps([architecture, PYTHON_VERSION, locked], sort_keys=True).encode()).hexdigest()[:16]
    folder = LAYERS / f"{architecture}-{key}"
    if not folder.exists():
        with _DraftFolder(folder) as draft, tempfile.TemporaryDirectory() as wheels:
            _download(locked, architecture, Path(wheels))
            for wheel in sorted(Path(wheels).glob("*.whl")):
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(draft / "python")
    return _write_zip(
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}, STAGE
    )


def _read_lock() -> dict[str, Any]:
    """Return the locked packages of the layer by name, with their versions and hashes."""
    locked: dict[str, Any] = json.loads(LOCK.read_text())["function"]
    return locked


def _write_zip(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write a zip that depends on names and contents alone: sorted, with fixed dates and modes, not compressed.

    The archive asset of cdktf holds each file's date in local time, and deflated bytes differ between zlib versions.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, file in sorted(files.items()):
            member = zipfile.ZipInfo(name, date_time=ZIP_DATE)
            member.external_attr = (stat.S_IFREG | FILE_MODE) << 16
            archive.writestr(member, file)
    target = folder / hashlib.sha256(content.getvalue()).hexdigest()[:16] / "archive.zip"
    if not target.exists():
        _write_whole(target, content.getvalue())
    return target


def _write_whole(target: Path, content: bytes) -> None:
    """Write a file in one step, so that nobody reads a part of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)


def _download(locked: dict[str, Any], architecture: str, folder: Path) -> None:
    requirements = folder / "requirements.txt"
    requirements.write_text(
        "".join(f"{name}{pin['version']} {_format_hashes(pin)}\n" for name, pin in sorted(locked.items()))
    )
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--implementation", "cp", "--python-version", PYTHON_VERSION]
    command += ["--platform", PLATFORMS[architecture], "--dest", str(folder), "--requirement", str(requirements)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        last = finished.stderr.strip().splitlines()[-1:] or ["no message"]
        raise PackagingError(
            f"the function's dependencies ({', '.join(sorted(locked))}) could not be downloaded for {architecture}: "
            f"check the network and pip's index, then synthesize again. pip says: {last[0]}"
        )


def _format_hashes(pin: dict[str, Any]) -> str:
    return " ".join(f"--hash={digest}" for digest in pin["hashes"])


class _DraftFolder:
    """A folder that takes its final name when its `with` block has ended without an error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
        self._draft.chmod(0o755)

    def __enter__(self) -> Path:
        return self._draft

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            try:
                self._draft.replace(self._folder)
            except OSError:
                if not self._folder.is_dir():
                    raise
        shutil.rmtree(self._draft, ignore_errors=True)
