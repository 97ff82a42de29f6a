"""What commands ask AWS for."""

from typing import Any

import pytest
from botocore.session import Session


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the requests that commands send, in their order."""
    sent: list[str] = []
    create = Session.create_client

    def watch(self: Session, *arguments: Any, **options: Any) -> Any:
        client = create(self, *arguments, **options)
        client.meta.events.register("before-call", lambda model, **_: sent.append(model.name))
        return client

    monkeypatch.setattr(Session, "create_client", watch)
    return sent
