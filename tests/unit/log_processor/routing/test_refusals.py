"""The sentences that refuse routes are those that are on record."""

from typing import Any

import pytest
from log_processor.formats.registry import BY_NAME
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.routes import read

from tests.unit.refusals import refusals


@pytest.mark.parametrize("case", refusals("routes"), ids=lambda case: case["says"][:50])
def test_bad_routes_are_refused_in_the_recorded_words(case: dict[str, Any]) -> None:
    """The sentence is the recorded one; `{formats}` in it stands for the names of the formats."""
    with pytest.raises(RouteError) as refused:
        read(case["routes"])
    assert str(refused.value) == case["says"].replace("{formats}", ", ".join(sorted(BY_NAME)))
