"""Markdown pages as their fenced blocks, and the list of those that the tests do not run."""

import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("not_run.toml")
FENCE = "```"
COMMANDS = "sh"
ROUTES = "toml"
SHOWN = frozenset({"text", "json", "python"})
"""Languages of what is looked at and not typed: diagrams, outputs, log lines, documents; a module of the project."""
STRANGERS = "make strangers"
TEMPLATE = ".in.md"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its page, the number of its first line there, its language and its lines."""

    page: str
    line: int
    language: str
    lines: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first line, by which the list names a block."""
        return self.lines[0] if self.lines else ""

    @property
    def place(self) -> str:
        """Where it stands, as editors open it."""
        return f"{self.page}:{self.line}"

    def commands(self) -> list[str]:
        """Return the commands of the block without comments; a line that ends in a backslash continues in the next."""
        joined = "\n".join(self.lines).replace("\\\n", " ")
        return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]

    def exports(self) -> list[str]:
        """Those of its commands that set variables for the blocks below it."""
        return [command for command in self.commands() if command.startswith("export ")]


@dataclass(frozen=True, slots=True)
class NotRun:
    """A block that the tests do not run: why, and what runs it instead (`make strangers`, or nothing at all).

    `append` gives, for the beginning of a command, what is added to it where a machine runs it; `exit_code` is what
    the last command has to answer.
    """

    page: str
    first: str
    reason: str
    by: str = ""
    append: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = 0


def pages() -> list[Path]:
    """Return every Markdown page of the project that is under version control, or will be.

    A page that is made from a template is read, and the template is not: its blocks are the page's.
    """
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(PROJECT / name for name in names if (PROJECT / name).is_file() and not name.endswith(TEMPLATE))


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page in their order; raises `ValueError` if the last one has no end."""
    name = page.relative_to(PROJECT).as_posix()
    lines = iter(enumerate(page.read_text("utf-8").splitlines(), 1))
    for number, text in lines:
        if not text.lstrip().startswith(FENCE):
            continue
        indent = len(text) - len(text.lstrip())
        inside: list[str] = []
        for _, line in lines:
            if line.strip() == FENCE:
                break
            inside.append(line[indent:])
        else:
            raise ValueError(f"{name}:{number}: the block has no end: close it with {FENCE}")
        yield Block(name, number + 1, text.strip().removeprefix(FENCE), tuple(inside))


def all_blocks() -> list[Block]:
    """Return the blocks of all pages."""
    return [block for page in pages() for block in blocks(page)]


def not_run() -> list[NotRun]:
    """Return the list of what the tests do not run."""
    return [NotRun(**entry) for entry in tomllib.loads(LIST.read_text("utf-8")).get("block", [])]


def entry_of(block: Block, listed: list[NotRun]) -> NotRun | None:
    """Return the list's entry for a block, if it has one."""
    return next((entry for entry in listed if (entry.page, entry.first) == (block.page, block.first)), None)
