"""The page Now says what `ops status` says."""

import pytest
from starlette.testclient import TestClient

from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.stored_environment import upload, write_lines


@pytest.mark.usefixtures("environment")
def test_an_environment_without_objects_is_a_page(visitor: TestClient) -> None:
    """An empty table is no error; the page names its command."""
    answer = visitor.get("/")
    assert answer.status_code == 200
    assert "<code>ops status</code>" in answer.text
    assert "Nothing has come in" in answer.text


def test_the_page_changes_with_what_comes_in(visitor: TestClient, stored: Stack) -> None:
    """It counts by source and format."""
    upload(stored, "web/a.log", write_lines(20))
    text = visitor.get("/").text
    assert all(shown in text for shown in (">combined<", ">20<", ">1.6 kB<"))
