"""The function's environment is what its stack says, or is refused in one sentence."""

from typing import Any

import pytest
from log_processor.errors import SettingsError
from log_processor.settings import Settings, Tuning

from tests.unit.refusals import refusals

NAMES = {
    "DYNAMODB_TABLE": "logs",
    "ERROR_BUCKET": "errors",
    "LEDGER_TABLE": "ledger",
    "WORK_QUEUE_URL": "work",
    "DEAD_LETTER_QUEUE_URL": "dead",
}


@pytest.mark.parametrize("case", refusals("function"), ids=lambda case: case["says"][:50])
def test_a_bad_variable_is_one_known_sentence(case: dict[str, Any]) -> None:
    """It names the variable, its value and the remedy, in the same words as ever."""
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(case["environ"])
    assert str(refused.value) == case["says"]


def test_the_names_of_the_resources_are_enough() -> None:
    """Everything else has the declared default."""
    settings = Settings.from_environment(NAMES)
    assert settings == Settings("logs", "errors", "ledger", "work", "dead")


def test_what_the_stack_hands_on_is_read_as_it_was() -> None:
    """Each setting is passed as an environment variable, and is read with its type."""
    chosen = Tuning(index_shards=3, range_bytes=4096, log_level="DEBUG")
    settings = Settings.from_environment(NAMES | chosen.render_environment())
    assert (settings.index_shards, settings.range_bytes, settings.log_level) == (3, 4096, "DEBUG")
    assert settings.render_environment() == chosen.render_environment()
