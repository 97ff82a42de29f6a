"""The configuration is read from context and environment, or refused in one sentence."""

from typing import Any

import pytest

from stacks.config import Config, ConfigError, load
from stacks.config.reading import NAMES
from tests.unit.refusals import refusals

CASES = [*refusals("configuration"), *refusals("environments"), *refusals("own_bucket")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"][:50])
def test_a_bad_setting_is_one_known_sentence(case: dict[str, Any]) -> None:
    """It names the setting, its origin and the remedy, in the same words as ever."""
    with pytest.raises(ConfigError) as refused:
        load(case["context"], case["environ"])
    assert str(refused.value) == case["says"].replace("(all)", ", ".join(sorted(NAMES)))


def test_every_setting_has_a_default() -> None:
    """No context and no variable is needed."""
    assert load({}, {}) == Config()


def test_the_most_specific_value_wins() -> None:
    """A variable goes first, then `environments.<suffix>`, then the context."""
    context = {"region": "eu-west-1", "index_shards": 2, "environments": {"prod": {"index_shards": 4}}}
    config = load(context, {"STACK_NAME_SUFFIX": "prod", "AWS_REGION": "eu-central-1"})
    assert (config.region, config.index_shards, config.environment_suffix) == ("eu-central-1", 4, "prod")


def test_buckets_of_a_pull_request_are_destroyed() -> None:
    """`pr<number>` is known without settings of its own, and its buckets are removed even if they hold objects."""
    assert load({"environments": {"dev": {}}}, {"STACK_NAME_SUFFIX": "pr12"}).force_destroy


@pytest.mark.parametrize(
    ("suffix", "context", "protected"),
    [
        ("prod", {}, True),
        ("prod", {"environments": {"prod": {"index_shards": 4}}}, True),
        ("prod", {"protect": False}, True),
        ("prod", {"environments": {"prod": {"protect": False}}}, False),
        ("staging", {}, False),
        ("pr7", {}, False),
    ],
)
def test_production_is_protected(suffix: str, context: dict[str, Any], *, protected: bool) -> None:
    """Only its own settings take the protection from `prod`, not those that all environments share."""
    assert load(context, {"STACK_NAME_SUFFIX": suffix}).protect is protected
