"""The order of all tests: what waits for Terraform begins first, so that the others run beside it."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the integration tests before the others, which keep their order."""
    items.sort(key=lambda item: item.get_closest_marker("integration") is None)
