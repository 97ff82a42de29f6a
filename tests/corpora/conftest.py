"""Tests that read other projects' logs, which are not in the repository."""

from pathlib import Path

import pytest

from tests.corpora.confusion import CORPORA

FOLDER = Path(__file__).parent
ABSENT = (
    f"there are no corpora at {CORPORA}: the repository may not carry them, and nothing is to be done without them; "
    "set LOG_CORPORA to a folder that holds the files of tests/corpora/formats.toml"
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them if the corpora are absent."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.corpora)
            item.add_marker(pytest.mark.skipif(not CORPORA.is_dir(), reason=ABSENT))
