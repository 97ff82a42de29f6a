"""Check that the Terraform that cdktf would run is new enough, before it is told to plan anything."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache

MIN_VERSION = (1, 10)
"""The first version whose S3 backend locks with a file beside the state."""
MIN_TEXT = ".".join(map(str, MIN_VERSION))
PROGRAM = "TERRAFORM_BINARY_NAME"
"""The variable by which cdktf is told of another program than `terraform`."""
TIMEOUT_S = 30


class TerraformVersionError(Exception):
    """Terraform is too old; the message says which one, its version, and what to do."""


def check_terraform(environ: Mapping[str, str]) -> None:
    """Raise `TerraformVersionError` if the Terraform of these variables tells a version that is too old.

    Without one there is nothing to check: who synthesizes need not deploy.
    """
    named = environ.get(PROGRAM, "")
    program = shutil.which(named or "terraform", path=environ.get("PATH", ""))
    version = _read_version(program) if program else ""
    if version and _read_numbers(version) < MIN_VERSION:
        setting = f"{PROGRAM} is {named}, which" if named else program
        raise TerraformVersionError(
            f"{setting} is Terraform {version}, and the stacks need {MIN_TEXT} or newer: run 'make install', and put "
            f".venv/bin first on PATH or name its terraform in {PROGRAM}"
        )


@cache
def _read_version(program: str) -> str:
    """Return the version that a program tells; empty if it tells none."""
    command = [program, "version", "-json"]
    try:
        output = subprocess.run(command, capture_output=True, check=True, timeout=TIMEOUT_S).stdout
        version = str(json.loads(output)["terraform_version"])
        _read_numbers(version)
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError):
        return ""
    return version


def _read_numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split("-", maxsplit=1)[0].split(".")))
