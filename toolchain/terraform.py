"""Put one `terraform` beside the checkout's Python, for every command of the project: `python -m toolchain.terraform`.

It is a link to PATH's own if that is new enough, else a launcher of the packaged one.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from toolchain.packaged import PACKAGE

NAME = "terraform"
MIN_VERSION = (1, 10)
"""The first version whose S3 backend locks the state by a file in the bucket."""
VERSION_TIMEOUT_S = 30
RUN_PACKAGED = Path(__file__).with_name("packaged.py")


class TerraformNotFoundError(Exception):
    """There is no Terraform on PATH and none is packaged; the message says how to get one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The `terraform` to use; `why` says which it is, and `changed` that it was another before."""

    program: Path
    why: str
    changed: bool


def find_terraform() -> Path:
    """Return this environment's `terraform`, put there if it is missing; outside of an environment PATH's own.

    Raises `TerraformNotFoundError` if there is none.
    """
    if sys.prefix != sys.base_prefix:
        folder = Path(sys.prefix) / "bin"
        return folder / NAME if (folder / NAME).exists() else place(folder, os.environ.get("PATH", "")).program
    own = shutil.which(NAME)
    if own is None:
        raise TerraformNotFoundError("Terraform is not on PATH: run 'make install' and use .venv/bin/python")
    return Path(own)


def place(folder: Path, search_path: str) -> Placed:
    """Put `terraform` into `folder`, which has the `python` to use; `search_path` is as PATH is.

    Raises `TerraformNotFoundError` if neither PATH has one that is new enough nor one is packaged.
    """
    elsewhere = [entry for entry in search_path.split(os.pathsep) if entry and not _same(Path(entry), folder)]
    own = shutil.which(NAME, path=os.pathsep.join(elsewhere))
    reason = _why_not(Path(own)) if own else "Terraform is not on PATH"
    if own and reason is None:
        return Placed(folder / NAME, f"Terraform is {own}", _link(folder / NAME, Path(own).absolute()))
    if find_spec(PACKAGE) is None:
        raise TerraformNotFoundError(f"{reason}, and {PACKAGE} is not installed: run 'make install'")
    return Placed(folder / NAME, f"{reason}: the packaged one is used", _write_launcher(folder / NAME))


def _why_not(program: Path) -> str | None:
    """Say why `program` cannot be used; None if it can."""
    command, environ = [str(program), "version", "-json"], os.environ | {"CHECKPOINT_DISABLE": "1"}
    try:
        said = subprocess.run(command, env=environ, capture_output=True, check=True, timeout=VERSION_TIMEOUT_S).stdout
        version = str(json.loads(said)["terraform_version"])
        numbers = tuple(map(int, version.split("-", maxsplit=1)[0].split(".")))
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError):
        return f"{program} does not tell its version"
    needed = ".".join(map(str, MIN_VERSION))
    return None if numbers >= MIN_VERSION else f"{program} is {version}, which is older than {needed}"


def _link(program: Path, own: Path) -> bool:
    """Make `program` a link to `own`; return whether it was another."""
    if program.is_symlink() and program.readlink() == own:
        return False
    new = _beside(program)
    new.symlink_to(own)
    new.replace(program)
    return True


def _write_launcher(program: Path) -> bool:
    """Make `program` a launcher of the packaged Terraform; return whether it was another.

    Only a shell takes an interpreter whose path has a blank or is longer than 127 bytes.
    """
    python = program.with_name("python")
    text = f'#!/bin/sh\nexec {shlex.quote(str(python))} -I {shlex.quote(str(RUN_PACKAGED))} "$@"\n'
    if program.is_file() and not program.is_symlink() and program.read_text(encoding="utf-8") == text:
        return False
    new = _beside(program)
    new.write_text(text, encoding="utf-8")
    new.chmod(0o755)
    new.replace(program)
    return True


def _beside(program: Path) -> Path:
    """Return a path of this process's own, from which `program` is replaced in one step."""
    return program.with_name(f".{program.name}.{os.getpid()}")


def _same(entry: Path, folder: Path) -> bool:
    return entry.exists() and folder.exists() and entry.samefile(folder)


def main() -> int:
    """Place `terraform` for this environment and say so if it is another than before."""
    try:
        placed = place(Path(sys.prefix) / "bin", os.environ.get("PATH", ""))
    except TerraformNotFoundError as error:
        sys.exit(f"error: {error}")
    if placed.changed:
        sys.stdout.write(f"{placed.why}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
