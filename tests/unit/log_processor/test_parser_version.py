"""The parser version changes with what makes records of bytes, and with nothing else."""

import ast
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from log_processor.parser_version import (
    LIBRARIES,
    PACKAGE_DIR,
    PARTS,
    VERSION_FILE,
    digest_parser,
    get_parser_version,
)

from stacks import packaging
from stacks.packaging import zip_function

REDIS = "formats/databases/redis.py"
VERSIONS = {name: version(name) for name in LIBRARIES}
CARRIERS = {"botocore", "mypy_boto3_s3", "urllib3"}
"""What carries bytes from S3, and makes no records of them."""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Copy the sources, so that a test may change them, and return the folder of the function's."""
    sources = PACKAGE_DIR.parent.parent
    for name in ("functions", "stacks", "emulator"):
        shutil.copytree(sources / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "functions" / PACKAGE_DIR.name


def change(package: Path, name: str, alter: Callable[[str], str]) -> str:
    path = package / name
    before = path.read_text()
    after = alter(before)
    assert after != before
    path.write_text(after)
    return digest_parser(package, VERSIONS)


@pytest.mark.parametrize(
    ("name", "alter"),
    [
        ("../../stacks/packaging.py", lambda text: text + "\nMORE = 1\n"),
        ("../../emulator/chaos/ledger.py", lambda text: text + "\nMORE = 1\n"),
        ("planning.py", lambda text: text + "\nMORE = 1\n"),
        (REDIS, lambda text: "# a comment\n" + text),
        (REDIS, lambda text: text.replace('"""', '"""Now ', 1)),
        (REDIS, lambda text: text.replace("\n\n\n", "\n\n\n\n", 1)),
        ("handler.py", lambda text: text + "\nMORE = 1\n"),
        ("storing/table.py", lambda text: text + "\nMORE = 1\n"),
        ("routes.toml", lambda text: text + "\n"),
    ],
    ids=[
        "the stacks",
        "the local AWS",
        "the planning",
        "a comment",
        "a docstring",
        "a blank line",
        "the handler",
        "the writer",
        "the routes",
    ],
)
def test_what_makes_no_other_record(package: Path, name: str, alter: Callable[[str], str]) -> None:
    """The digest stays: nothing is read, split, dated or named otherwise."""
    assert change(package, name, alter) == get_parser_version()


@pytest.mark.parametrize(
    ("name", "alter"),
    [
        (REDIS, lambda text: text.replace("[XCSM]", "[XCSMR]", 1)),
        ("reading/lines.py", lambda text: text.replace("4 * 1024", "5 * 1024", 1)),
        ("routing/lib/patterns.py", lambda text: text.replace("program.search(b", "program.match(b", 1)),
        ("record.py", lambda text: text.replace(":x}", ":X}", 1)),
        ("formats/registry.py", lambda text: text.replace("    alb.FORMAT,\n", "", 1)),
    ],
    ids=[
        "one character of an expression",
        "a bound",
        "a route's start",
        "the name of a record",
        "the order of formats",
    ],
)
def test_what_may_make_another_record(package: Path, name: str, alter: Callable[[str], str]) -> None:
    """The digest changes by itself."""
    assert change(package, name, alter) != get_parser_version()


def test_the_zip_holds_the_version_of_its_sources() -> None:
    """The function reads it at its start instead of the sources."""
    assert read_packed_version() == get_parser_version()


def test_the_zip_follows_its_sources(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the version of the same bytes is computed once."""
    monkeypatch.setattr(packaging, "SOURCES", package.parent)
    monkeypatch.setattr(packaging, "STAGE", tmp_path / "stage")
    before = read_packed_version()
    assert before == read_packed_version() == get_parser_version()
    changed = change(package, REDIS, lambda text: text + "\nMORE = 1\n")
    assert read_packed_version() == changed != before


def read_packed_version() -> str:
    with zipfile.ZipFile(zip_function()) as packed:
        return packed.read(f"log_processor/{VERSION_FILE}").decode()


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_another_parser(library: str) -> None:
    """JSON and the patterns of routes are read by packages of the layer."""
    assert digest_parser(PACKAGE_DIR, VERSIONS | {library: "0.0.1"}) != get_parser_version()


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_lock_says_which_libraries_are_packed(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever locks another version packs another parser, whatever is installed where the stack is synthesized."""
    lock = json.loads(packaging.LOCK.read_text())
    lock["function"][library]["version"] = "==0.0.1"
    changed = tmp_path / "Pipfile.lock"
    changed.write_text(json.dumps(lock))
    monkeypatch.setattr(packaging, "LOCK", changed)
    assert read_packed_version() == digest_parser(PACKAGE_DIR, VERSIONS | {library: "0.0.1"})


def test_every_library_of_the_readers_counts() -> None:
    """A module that makes records imports nothing that could change them without another digest."""
    paths = [path for part in PARTS for path in ([*(PACKAGE_DIR / part).rglob("*.py")] or [PACKAGE_DIR / part])]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"log_processor"} - CARRIERS
    packages = {packages_distributions()[top][0] for top in tops if top in packages_distributions()}
    packages |= {"tzdata"} if "zoneinfo" in names else set()  # it holds the rules that zoneinfo reads
    assert packages == set(LIBRARIES)
