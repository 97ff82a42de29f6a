"""A block that does not work is noticed, whatever it does wrong."""

from pathlib import Path

import pytest

from tests.docs.pages import COMMANDS, Block, blocks
from tests.docs.place import bare_environment
from tests.docs.running import Outcome, run


def typed(folder: Path, *commands: str, timeout_s: float = 20) -> Outcome:
    return run(commands, folder, bare_environment(folder), folder, timeout_s=timeout_s)


def test_each_command_answers_for_itself(tmp_path: Path) -> None:
    """The first that fails ends the block: those before it answered 0, those behind it never began."""
    outcome = typed(tmp_path, "true", "exit 3", "true")
    assert [one.exit_code for one in outcome.ran] == [0, 3, None]
    assert outcome.fault() == "`exit 3` answered 3 in place of 0"


def test_the_last_command_may_have_to_fail(tmp_path: Path) -> None:
    """Where a page says that a command answers 1, an answer of 0 is wrong."""
    assert typed(tmp_path, "true", "false").fault(exit_code=1) is None
    assert typed(tmp_path, "true").fault(exit_code=1) is not None


def test_a_traceback_is_a_fault(tmp_path: Path) -> None:
    """Also where the exit code hides it."""
    outcome = typed(tmp_path, "echo 'Traceback (most recent call last):' >&2")
    assert outcome.fault() == "a traceback was shown"


def test_a_block_that_hangs_is_ended(tmp_path: Path) -> None:
    """With everything that it started; the command under way has no answer."""
    outcome = typed(tmp_path, "true", "sleep 60 & wait", timeout_s=1)
    assert [one.exit_code for one in outcome.ran] == [0, None]
    assert outcome.fault() is not None


def test_what_is_exported_goes_on(tmp_path: Path) -> None:
    """The next block has the exports of this one, and no other variable of it or of this machine."""
    left = typed(tmp_path, "export SHOWN=1", "HIDDEN=2").environ
    assert left["SHOWN"] == "1"
    assert "HIDDEN" not in left
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_PROFILE", "production")
        assert "AWS_PROFILE" not in bare_environment(tmp_path)


def test_commands_of_a_block() -> None:
    """A backslash at a line's end goes on with the next line; comments and blank lines are no commands."""
    block = Block("README.md", 1, COMMANDS, ("# first", "make \\", "  help", "", "export A=1  # why"))
    assert [command.split() for command in block.commands()] == [["make", "help"], ["export", "A=1", "#", "why"]]
    assert block.exports() == ["export A=1  # why"]


def test_a_block_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the page would be taken for it."""
    monkeypatch.setattr("tests.docs.pages.PROJECT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("text\n```sh\nmake help\n")
    with pytest.raises(ValueError, match=r"page.md:2: the block has no end"):
        list(blocks(page))
