"""`docs/operations.md` names commands that exist, with options that they take."""

import re
import shlex
from pathlib import Path

import pytest

from ops.cli import app
from ops.command_line import complete_words

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
COMMAND = re.compile(r"`(ops [a-z][^`]*)`")


@pytest.mark.parametrize("command", sorted(set(COMMAND.findall(PAGE.read_text("utf-8")))))
def test_a_command_of_the_page_can_be_typed(command: str) -> None:
    """Its arguments are bound as those of the command."""
    words = complete_words(shlex.split(command.partition(" | ")[0])[1:])
    chosen, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    assert chosen.__name__.replace("_", "-") == words[0]
    assert bound.args or bound.kwargs or len(words) == 1
