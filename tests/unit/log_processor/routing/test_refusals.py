"""Routes that cannot be used are refused with the line and the remedy."""

from typing import Any

import pytest
from log_processor.formats.registry import BY_NAME
from log_processor.routing.config.written import RouteError
from log_processor.routing.routes import read

from tests.unit.refusals import refusals


@pytest.mark.parametrize("case", refusals("routes"), ids=lambda case: case["says"][:50])
def test_bad_routes_are_one_known_sentence(case: dict[str, Any]) -> None:
    """In the same words as ever; `{formats}` stands for the names of the formats."""
    with pytest.raises(RouteError) as refused:
        read(case["routes"])
    assert str(refused.value) == case["says"].replace("{formats}", ", ".join(sorted(BY_NAME)))
