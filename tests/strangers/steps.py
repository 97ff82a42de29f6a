"""What a new user types, in the order of the pages, and beside that what the pages do not say twice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.docs.pages import COMMANDS, STRANGERS, Block, NotRun, all_blocks, entry_of, not_run

SECOND = ("make demo LOGS=my-logs",)
"""Typed once more, after its page: what the first time left behind must not be in the way."""
COMMENT = re.compile(r"\s+#\s.*")


@dataclass(frozen=True, slots=True)
class Step:
    """Commands for one shell, and what the last of them answers; `exports` are what stands above on their page."""

    place: str
    exports: tuple[str, ...]
    commands: tuple[str, ...]
    exit_code: int = 0


def steps(left_out: Sequence[str] = ()) -> Iterator[Step]:
    """Yield every block that the tests leave to this run, without commands that begin with one of `left_out`."""
    listed, exports = not_run(), dict[str, tuple[str, ...]]()
    for block in _by_page(all_blocks()):
        above = exports.get(block.page, ())
        exports[block.page] = (*above, *block.exports())
        entry = entry_of(block, listed)
        if block.language == COMMANDS and entry and entry.by == STRANGERS:
            commands = tuple(typed(command, entry) for command in block.commands())
            kept = tuple(command for command in commands if not command.startswith(tuple(left_out)))
            if kept:
                yield Step(block.place, above, kept, entry.exit_code)
            yield from (Step(block.place, above, (again,)) for again in kept if again in SECOND)


def find_unknown(left_out: Sequence[str]) -> str:
    """Return the first of `left_out` with which no command begins; no text if there is none."""
    commands = [command for step in steps() for command in step.commands]
    return next((one for one in left_out if not any(command.startswith(one) for command in commands)), "")


def typed(command: str, entry: NotRun) -> str:
    """Return a command without its comment, with what the list adds to it where no terminal is."""
    bare = COMMENT.sub("", command)
    added = [options for beginning, options in entry.append.items() if bare.startswith(beginning)]
    return " ".join([bare, *added])


def _by_page(blocks: list[Block]) -> list[Block]:
    """Return the README's blocks first, as a new user reads."""
    return sorted(blocks, key=lambda block: block.page != "README.md")
