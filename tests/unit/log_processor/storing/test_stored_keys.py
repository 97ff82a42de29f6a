"""Queries for the keys of the log table, when the table refuses them."""

from typing import Any

import pytest
from log_processor.errors import AccessDeniedError, ExpiredCredentialsError, PermanentError, PipelineError
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import Reply


class RefusingWire:
    """A table that answers each query with the same error."""

    def __init__(self, code: str) -> None:
        self.code, self.asked = code, 0

    def post(self, _body: bytes, _timeout_s: float) -> Reply:
        self.asked += 1
        return Reply(error=self.code, payload={"message": "no"})


class PausedError(Exception):
    """The query would be tried again."""


def pause(_attempt: int, _reply: Reply) -> None:
    raise PausedError


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("AccessDeniedException", AccessDeniedError, "AccessDeniedException; check the function's role"),
        ("ExpiredTokenException", ExpiredCredentialsError, "ExpiredTokenException: no; the credentials of this proc"),
        ("ValidationException", PermanentError, "ValidationException: no"),
        ("ResourceNotFoundException", PermanentError, "ResourceNotFoundException: no"),
    ],
)
def test_what_no_other_try_mends_is_asked_once(code: str, kind: type[PipelineError], words: str) -> None:
    """The error says so, in the words that a write of the table has for it."""
    wire: Any = RefusingWire(code)
    with pytest.raises(kind, match=f"^reading keys of table logs: {words}"):
        list(StoredKeys(wire, "logs").list_timestamps("id", lambda: 10, pause))
    assert wire.asked == 1


def test_a_query_that_is_throttled_pauses() -> None:
    """Whoever asks decides how long, and when there is no time for that."""
    wire: Any = RefusingWire("ThrottlingException")
    with pytest.raises(PausedError):
        list(StoredKeys(wire, "logs").list_timestamps("id", lambda: 10, pause))
