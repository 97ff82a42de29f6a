"""Every file of the corpora is read as what it is, where they lie beside the checkout."""

import pytest

from tests.corpora.confusion import EXPECTED, Detected, detect_files


@pytest.fixture(scope="module")
def detected() -> list[Detected]:
    return list(detect_files())


def test_every_file_is_detected(detected: list[Detected]) -> None:
    """As one of the formats that are right for it; another one has a reason."""
    wrong = {one.file: f"is {one.right}, detected as {one.summary.format}" for one in detected if one.reason is None}
    assert len(detected) > 100
    assert not wrong


def test_a_reason_is_kept_no_longer_than_it_is_true(detected: list[Detected]) -> None:
    """What has been mended is no longer excused."""
    assert {one.file for one in detected if one.reason} == EXPECTED["misdetected"].keys()


def test_only_the_damaged_file_ends_early(detected: list[Detected]) -> None:
    """All others are read to their end."""
    assert {one.file for one in detected if one.ended} == {"nasty/truncated.log.gz"}
