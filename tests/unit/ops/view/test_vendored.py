"""What the pages of `ops view` take from others is as they published it, and comes from nowhere but this checkout."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

VIEW = Path(__file__).resolve().parents[4] / "ops" / "view"
VENDOR = VIEW / "static" / "vendor"
RECORD = "vendored.toml"
REPORT = "report"
"""What opens without a server has all in one file, and a policy that names the hash of each part."""
PACKAGES: list[dict[str, Any]] = tomllib.loads((VENDOR / RECORD).read_text("utf-8"))["package"]
HASHES = {name: digest for package in PACKAGES for name, digest in package["sha256"].items()}
OWN = sorted(path for path in VIEW.rglob("*") if path.suffix in {".html", ".css", ".js"} and path.parent != VENDOR)
OUTSIDE = re.compile(r"(?:https?:)?//[\w.-]+\.\w+", re.ASCII)
INLINE = re.compile(r"\s(?:style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)|javascript:")


@pytest.mark.parametrize("name", HASHES)
def test_a_file_of_others_is_unchanged(name: str) -> None:
    """Its hash is the one that was written down when it was taken."""
    assert sha256((VENDOR / name).read_bytes()).hexdigest() == HASHES[name]


def test_each_file_of_others_is_written_down() -> None:
    """With its package, version and licence, whose text lies beside it."""
    assert {path.name for path in VENDOR.iterdir()} == {RECORD, *HASHES}
    assert {package["licence"] for package in PACKAGES} == {"0BSD", "MIT"}
    assert all(package["licence_file"] in package["sha256"] and package["version"] for package in PACKAGES)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_no_page_asks_another_host(path: Path) -> None:
    """No own file names an address from outside."""
    assert OUTSIDE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "path", [path for path in OWN if path.suffix == ".html" and path.stem != REPORT], ids=lambda path: path.name
)
def test_no_page_needs_inline_code(path: Path) -> None:
    """The policy of the pages allows none: all style and script stands in files."""
    assert INLINE.findall(path.read_text("utf-8")) == []
