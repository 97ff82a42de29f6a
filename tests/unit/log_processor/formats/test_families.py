"""Families of formats import a library that knows none of them; one registry lists them in their order."""

import subprocess
import sys
from pathlib import Path

import pytest
from log_processor import formats
from log_processor.formats.registry import BY_NAME

from tests.support.fixtures import FIXTURES, get_family

HOME = Path(formats.__path__[0])
PACKAGE = "log_processor.formats"
LOADED = f"""
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(name for name in sys.modules if name.startswith("{PACKAGE}.")))
"""
LIBRARY = sorted(f"{PACKAGE}.lib.{path.stem}" for path in (HOME / "lib").glob("*.py") if path.stem != "__init__")


def load_module(module: str) -> set[str]:
    """Return the modules of formats that a new interpreter holds after it imported `module` alone."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, module], cwd=HOME.parents[1], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_no_format() -> None:
    """The package itself imports nothing: its modules are imported by name."""
    assert load_module(PACKAGE) == set()


def test_importing_one_format_does_not_import_all() -> None:
    """A format imports what it is made of, and no other format that it does not use."""
    loaded = load_module(f"{PACKAGE}.databases.redis")
    assert {name for name in loaded if ".lib" not in name} == {f"{PACKAGE}.databases", f"{PACKAGE}.databases.redis"}


@pytest.mark.parametrize("module", LIBRARY)
def test_the_library_imports_no_format(module: str) -> None:
    """A module of `lib` imports only modules of `lib`."""
    assert {name for name in load_module(module) if not name.startswith(f"{PACKAGE}.lib")} == set()


def test_fixtures_stand_in_the_family_of_their_format() -> None:
    """A fixture's folder has the name of its format's family."""
    homes = {known.name: get_family(known) for known in BY_NAME.values()}
    families = {(case.stem.partition("--")[0], case.parent.name) for case in FIXTURES.rglob("*--*.log")}
    assert families == set(homes.items())
