"""Lazy provider bindings: only the AWS resources that the stacks name are imported.

The bindings' package imports all of its 2,139 submodules in its `__init__`, which takes seconds at every synth.
Importing this module first puts an empty package with the same search path in its place; submodules load as usual.
"""

import sys
from importlib.util import find_spec
from types import ModuleType

PACKAGE = "cdktf_cdktf_provider_aws"


def load_lazily() -> None:
    """Put the empty package in place; does nothing where the package is loaded already."""
    if PACKAGE in sys.modules:
        return
    spec = find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed: run 'make install'")
    package = ModuleType(PACKAGE)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules[PACKAGE] = package


load_lazily()
