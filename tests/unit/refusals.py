"""Bad configuration with the sentence that each piece of it is answered with, word for word."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "refusals"


def refusals(name: str) -> list[dict[str, Any]]:
    """Return the cases of `tests/fixtures/refusals/<name>.json`: the input, and what is said of it (`says`)."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return cases
