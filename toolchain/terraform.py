"""Put one `terraform` beside the checkout's Python, for every command of the project: `python -m toolchain.terraform`.

It is a link to the one on PATH if that is new enough, else a launcher of the packaged one.
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
    """There is no usable Terraform on PATH, and none is packaged; the message tells how to get one."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The `terraform` to use; `why` tells which it is and why, `changed` whether it was another before."""

    program: Path
    why: str
    changed: bool


def find_terraform() -> Path:
    """Return the virtual environment's `terraform`, and put it there if it is missing; without one, that on PATH.

    Raises `TerraformNotFoundError` if there is none.
    """
    if sys.prefix != sys.base_prefix:
        folder = Path(sys.prefix) / "bin"
        return (
            folder / NAME if (folder / NAME).exists() else place_terraform(folder, os.environ.get("PATH", "")).program
        )
    own = shutil.which(NAME)
    if own is None:
        raise TerraformNotFoundError("Terraform is not on PATH: run 'make install' and use .venv/bin/python")
    return Path(own)


def place_terraform(folder: Path, search_path: str) -> Placement:
    """Put `terraform` into `folder`, which has the `python` to use; look for one in `search_path`, a list like PATH.

    Raises `TerraformNotFoundError` if neither PATH has one that is new enough nor one is packaged.
    """
    others = [name for name in search_path.split(os.pathsep) if name and not _is_same(Path(name), folder)]
    own = shutil.which(NAME, path=os.pathsep.join(others))
    reason = _find_fault(Path(own)) if own else "Terraform is not on PATH"
    if own and reason is None:
        return Placement(folder / NAME, f"Terraform is {own}", _link_program(folder / NAME, Path(own).absolute()))
    if find_spec(PACKAGE) is None:
        raise TerraformNotFoundError(f"{reason}, and {PACKAGE} is not installed: run 'make install'")
    return Placement(folder / NAME, f"{reason}: the packaged one is used", _write_launcher(folder / NAME))


def _find_fault(program: Path) -> str | None:
    """Return why `program` cannot be used; None if it can."""
    command, environ = [str(program), "version", "-json"], os.environ | {"CHECKPOINT_DISABLE": "1"}
    try:
        output = subprocess.run(command, env=environ, capture_output=True, check=True, timeout=VERSION_TIMEOUT_S).stdout
        version = str(json.loads(output)["terraform_version"])
        numbers = tuple(map(int, version.split("-", maxsplit=1)[0].split(".")))
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError):
        return f"{program} does not tell its version"
    needed = ".".join(map(str, MIN_VERSION))
    return None if numbers >= MIN_VERSION else f"{program} is {version}, which is older than {needed}"


def _link_program(program: Path, own: Path) -> bool:
    """Make `program` a link to `own`; return True if it was not one before."""
    if program.is_symlink() and program.readlink() == own:
        return False
    new = _build_draft_path(program)
    new.symlink_to(own)
    new.replace(program)
    return True


def _write_launcher(program: Path) -> bool:
    """Make `program` a launcher of the packaged Terraform; return True if it was not one before.

    It is a shell script: a `#!` line cannot name a Python whose path has a blank or is longer than 127 bytes.
    """
    python = program.with_name("python")
    text = f'#!/bin/sh\nexec {shlex.quote(str(python))} -I {shlex.quote(str(RUN_PACKAGED))} "$@"\n'
    if program.is_file() and not program.is_symlink() and program.read_text(encoding="utf-8") == text:
        return False
    new = _build_draft_path(program)
    new.write_text(text, encoding="utf-8")
    new.chmod(0o755)
    new.replace(program)
    return True


def _build_draft_path(program: Path) -> Path:
    """Return a path beside `program` that only this process uses; a file there can replace `program` in one step."""
    return program.with_name(f".{program.name}.{os.getpid()}")


def _is_same(path: Path, folder: Path) -> bool:
    return path.exists() and folder.exists() and path.samefile(folder)


def main() -> int:
    """Put `terraform` into this environment; print which it is if it was another before."""
    try:
        placed = place_terraform(Path(sys.prefix) / "bin", os.environ.get("PATH", ""))
    except TerraformNotFoundError as error:
        sys.exit(f"error: {error}")
    if placed.changed:
        sys.stdout.write(f"{placed.why}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
