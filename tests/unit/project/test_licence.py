"""What tells a stranger whether this may be used: the licence, in the file and in both manifests."""

import json
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
NAME = "Apache-2.0"
OFFICIAL_TEXT = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def test_the_licence_is_the_official_text() -> None:
    """`LICENSE` is Apache's text, byte for byte: tools that look for a licence know it by its digest."""
    assert sha256((PROJECT / "LICENSE").read_bytes()).hexdigest() == OFFICIAL_TEXT


def test_both_manifests_name_the_licence() -> None:
    """`pyproject.toml` and `package.json` say the same, as does npm's lock file."""
    project: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == NAME
    assert project["license-files"] == ["LICENSE"]
    assert json.loads((PROJECT / "package.json").read_text("utf-8"))["license"] == NAME
    assert json.loads((PROJECT / "package-lock.json").read_text("utf-8"))["packages"][""]["license"] == NAME
