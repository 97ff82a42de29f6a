"""What belongs to the head of a line of text, and what to its message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.formats.generic import text
from log_processor.formats.lib.heads import find_level, read_head

LAST_MODIFIED_MS = 1_777_881_600_000
TIME = "2026-05-04 07:00:00"
WORDS = ("the", "backup", "User", "error", "info", "was", "expires", "Sent", "warning", "of", "log", "no", "FATAL")
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=3, max_size=6).map(" ".join)
LABELS = st.lists(
    st.sampled_from(("[shop]", "(main)", "web-1", "app[42]:", "id=7", "<0.9.0>", "192.0.2.1")), max_size=4
)


@given(sentence=SENTENCE, behind=st.sampled_from(("", " finished", " [INFO] finished", ": finished")))
def test_no_time_stands_behind_a_sentence(sentence: str, behind: str) -> None:
    """Words of letters end the head, whatever follows: `Backup of TIME finished` has no time."""
    assert read_head(f"the {sentence} {TIME}{behind}", LAST_MODIFIED_MS) is None


@given(sentence=SENTENCE)
def test_no_level_stands_behind_a_word_of_prose(sentence: str) -> None:
    """The name of a level within a sentence is none."""
    assert find_level(f" the {sentence}", 0) is None


@given(labels=LABELS, level=st.sampled_from(("[INFO]", "INFO", "(I)", "[ Info ]", "[main/INFO]", "Info |")))
def test_a_level_is_told_behind_any_labels(labels: list[str], level: str) -> None:
    """Labels may stand before and behind the time, and a level behind them."""
    head = " ".join(labels)
    for line in (f"{head} {TIME} {level} ready".lstrip(), f"{TIME} {head} {level} ready"):
        parsed = text.parse(line, LAST_MODIFIED_MS)
        assert (parsed.timestamp_ms, parsed.level) == (1_777_878_000_000, "info")
        assert parsed.fields["message"] == "ready"


@pytest.mark.parametrize("day", ["2026-05-05 07:00:00", "2026-05-06 09:00:00"])
def test_a_time_to_come_is_none_of_a_line(day: str) -> None:
    """A line is written before its object: only a clock that is a day ahead is believed."""
    head = read_head(f"[tls] {day} is when it expires", LAST_MODIFIED_MS)
    assert (head is not None) is day.startswith("2026-05-05")
