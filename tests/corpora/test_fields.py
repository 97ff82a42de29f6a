"""What others read from the corpora's lines is what this project reads, after a mapping of names."""

import pytest

from tests.corpora.confusion import CORPORA
from tests.corpora.truth import TRUTH, find_disagreements, list_outdated, list_unexplained


@pytest.fixture(scope="module")
def differences() -> dict[str, str]:
    folders = sorted(path.name for path in (CORPORA / "logstash-patterns-core").iterdir() if path.is_dir())
    assert TRUTH["excluded"].keys() <= set(folders)
    return {
        name: said
        for folder in folders
        if folder not in TRUTH["excluded"]
        for name, said in find_disagreements(folder).items()
    }


def test_every_field_agrees_or_has_a_reason(differences: dict[str, str]) -> None:
    """A disagreement is listed with its reason, or as a fault that is to be mended."""
    assert not list_unexplained(differences)


@pytest.mark.parametrize("kind", ["disagreements", "faults"])
def test_no_reason_is_kept_longer_than_it_is_true(kind: str, differences: dict[str, str]) -> None:
    """What is mended, or agrees, is taken out of truth.toml."""
    assert not list_outdated(kind, differences)
