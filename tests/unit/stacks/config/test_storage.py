"""How objects are stored is said where a plan compares it, and what is stored expires where an environment says so."""

import json
from pathlib import Path
from typing import Any

import pytest
from log_processor.routing.routes import read

from stacks.config import Config, load
from stacks.config.routes import RouteNeeds

PROJECT = Path(__file__).resolve().parents[4]
ROUTES = """
[[route]]
keys = ["web/**", "api/**"]
storage = "packs"

[[route]]
keys = ["audit/**"]
storage = "records"

[[route]]
keys = ["**"]
"""
STAYS = "; what is stored already stays as it is and is read as before, until a replay writes it anew"


@pytest.mark.parametrize(
    ("default", "says"),
    [
        ("records", "new objects are stored as records, those of web/**, api/** as packs"),
        ("packs", "new objects are stored as packs, those of audit/** as records"),
    ],
)
def test_what_differs_from_the_environment_is_named(default: str, says: str) -> None:
    """By the key patterns of the routes that say otherwise."""
    needs = RouteNeeds(stored=read(ROUTES).group_keys_by_storage())
    assert needs.describe_storage(default) == says + STAYS
    assert needs.packed


def test_few_of_many_keys_are_named() -> None:
    """The sentence stays one that is read."""
    needs = RouteNeeds(stored={"packs": [f"{number}/**" for number in range(40)]})
    assert "those of 0/**, 1/**, 2/**, 3/**, 4/** and 35 more as packs;" in needs.describe_storage("records")
    assert RouteNeeds().describe_storage("packs") == "new objects are stored as packs" + STAYS


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_what_an_environment_stores_expires(environment: str) -> None:
    """A row of the ledger outlives the records that it accounts for, which queries find by it."""
    context: dict[str, Any] = json.loads((PROJECT / "cdktf.json").read_text("utf-8"))["context"]
    config: Config = load(context, {"STACK_NAME_SUFFIX": environment})
    assert 0 < config.record_ttl_days < config.ledger_ttl_days
