"""What stands in a page is shown by what renders Markdown."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import FENCE, PROJECT, pages

CODE = re.compile(r"`[^`]*`")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
SHOWN_TAGS = frozenset({"<br>"})


def find_hidden(text: str) -> list[str]:
    """Return what looks like a tag of HTML outside of code."""
    without_blocks = "".join(text.split(FENCE)[::2])
    return [tag for tag in TAG.findall(CODE.sub("", without_blocks)) if tag not in SHOWN_TAGS]


def test_a_placeholder_outside_of_code_is_found() -> None:
    """`<account>` is found as a word of a sentence, and neither as code nor in a block."""
    page = "AWSLogs/<account>/ and `<region>`\n```sh\nls <folder>\n```\n<br>"
    assert find_hidden(page) == ["<account>"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_no_placeholder_is_taken_for_a_tag(page: Path) -> None:
    """A word in angle brackets stands as code: else it is taken for a tag, and nothing is shown."""
    assert find_hidden(page.read_text("utf-8")) == []
