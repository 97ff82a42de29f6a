"""What an environment holds is destroyed only on purpose: Terraform refuses such a plan."""

from pathlib import Path
from typing import Any

import pytest

from stacks.kinds import BUCKET, HOLDS_DATA, KEY, TABLE
from tests.infrastructure.conftest import synthesize


def list_protected(resources: dict[str, Any]) -> set[str]:
    """Return the addresses of the resources that Terraform refuses to destroy."""
    return {
        f"{kind}.{name}"
        for kind, found in resources.items()
        for name, resource in found.items()
        if resource.get("lifecycle", {}).get("prevent_destroy")
    }


def list_all(resources: dict[str, Any], kinds: frozenset[str]) -> set[str]:
    return {f"{kind}.{name}" for kind in kinds & resources.keys() for name in resources[kind]}


@pytest.mark.parametrize(
    ("suffix", "kinds", "tables"),
    [("prod", HOLDS_DATA, {True}), ("staging", frozenset({BUCKET, KEY}), {None}), ("dev", frozenset(), {None})],
)
def test_what_is_protected(suffix: str, kinds: frozenset[str], tables: set[bool | None], tmp_path: Path) -> None:
    """In `prod` all that holds data, in `staging` the buckets and their key, in `dev` nothing."""
    resources = synthesize(tmp_path, {"STACK_NAME_SUFFIX": suffix}).stack(f"TapStack{suffix}")["resource"]
    assert list_protected(resources) == list_all(resources, kinds)
    assert {table.get("deletion_protection_enabled") for table in resources[TABLE].values()} == tables


def test_the_bucket_of_the_states_is_protected(tmp_path: Path) -> None:
    """It holds the states of every environment, and is destroyed in none of them."""
    resources = synthesize(tmp_path, {}).stack("StateBackend")["resource"]
    assert list_protected(resources) == {"aws_s3_bucket.state_bucket"}
