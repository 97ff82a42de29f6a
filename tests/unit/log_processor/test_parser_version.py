"""The parser version changes with what makes records of bytes, and with nothing else."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from log_processor.parser_version import PACKAGE_DIR, VERSION_FILE, digest_parser, get_parser_version

from stacks.packaging import zip_function

REDIS = "formats/databases/redis.py"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Copy the function's sources, so that a test may change them."""
    copy = tmp_path / "log_processor"
    shutil.copytree(PACKAGE_DIR, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def change(package: Path, name: str, alter: Callable[[str], str]) -> str:
    path = package / name
    before = path.read_text()
    after = alter(before)
    assert after != before
    path.write_text(after)
    return digest_parser(package)


@pytest.mark.parametrize(
    ("name", "alter"),
    [
        (REDIS, lambda text: "# a comment\n" + text),
        (REDIS, lambda text: text.replace('"""', '"""Now ', 1)),
        (REDIS, lambda text: text.replace("\n\n\n", "\n\n\n\n", 1)),
        ("handler.py", lambda text: text + "\nMORE = 1\n"),
        ("storing/table.py", lambda text: text + "\nMORE = 1\n"),
        ("routes.toml", lambda text: text + "\n"),
    ],
    ids=["a comment", "a docstring", "a blank line", "the handler", "the writer", "the routes"],
)
def test_what_makes_no_other_record(package: Path, name: str, alter: Callable[[str], str]) -> None:
    """The digest stays: nothing is read, split, dated or named otherwise."""
    assert change(package, name, alter) == digest_parser(PACKAGE_DIR)


@pytest.mark.parametrize(
    ("name", "alter"),
    [
        (REDIS, lambda text: text.replace("[XCSM]", "[XCSMR]", 1)),
        ("reading/lines.py", lambda text: text.replace("4 * 1024", "5 * 1024", 1)),
        ("record.py", lambda text: text.replace(":x}", ":X}", 1)),
        ("formats/registry.py", lambda text: text.replace("    alb.FORMAT,\n", "", 1)),
    ],
    ids=["one character of an expression", "a bound", "the name of a record", "the order of formats"],
)
def test_what_may_make_another_record(package: Path, name: str, alter: Callable[[str], str]) -> None:
    """The digest changes by itself."""
    assert change(package, name, alter) != digest_parser(PACKAGE_DIR)


def test_the_zip_holds_the_version_of_its_sources() -> None:
    """The function reads it at its start instead of the sources."""
    with zipfile.ZipFile(zip_function()) as packed:
        version = packed.read(f"log_processor/{VERSION_FILE}").decode()
    assert version == digest_parser(PACKAGE_DIR) == get_parser_version()
