"""A browser that has opened the address of `ops view`, against the in-process services."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from ops.view.app import make_app
from ops.view.lib.held_environment import HeldEnvironment
from tests.unit.log_processor.conftest import endpoint, stack
from tests.unit.ops.asked import operations
from tests.unit.ops.conftest import environment
from tests.unit.ops.stored_environment import stored

__all__ = ["endpoint", "environment", "operations", "stack", "stored"]

PORT, TOKEN = 4321, "once"


@pytest.fixture
def stranger() -> Iterator[TestClient]:
    """Return a browser that has not opened the address."""
    app = make_app(HeldEnvironment(), port=PORT, token=TOKEN)
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        yield client


@pytest.fixture
def visitor(stranger: TestClient) -> TestClient:
    """Return a browser that has opened it, and has the cookie."""
    assert stranger.get("/static/style.css", params={"token": TOKEN}).status_code == 200
    assert stranger.get("/nowhere", params={"token": TOKEN}).status_code == 303
    return stranger
