"""What README and docs tell a reader to type works: each block is run here, or listed with what runs it instead."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import (
    COMMANDS,
    LIST,
    PROJECT,
    ROUTES,
    SHOWN,
    STRANGERS,
    Block,
    NotRun,
    all_blocks,
    entry_of,
    not_run,
    pages,
)
from tests.docs.place import add_own_logs, bare_environment, copy_checkout
from tests.docs.running import Outcome, run

BLOCKS = all_blocks()
LISTED = not_run()
MAKE = re.compile(r"`make ([a-z][a-z-]*)[^`]*`")
MODULE = re.compile(r"`(?:[^`]*/)?python -m ([a-z_.]+)[^`]*`")


def run_here(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language and entry_of(block, LISTED) is None]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> "Reader":
    return Reader(tmp_path_factory.mktemp("a reader's"))


class Reader:
    """Somebody with an installed checkout, logs of their own, and no variable set but those of the page."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.checkout, self._home = place / "checkout", place / "home"
        self.checkout.mkdir()
        self._home.mkdir()
        copy_checkout(self.checkout)
        add_own_logs(self.checkout)

    def types(self, block: Block) -> Outcome:
        """Type the commands of a block, after what the blocks above it on its page export."""
        above = [other for other in BLOCKS if other.page == block.page and other.line < block.line]
        exports = [command for other in above if other.language == COMMANDS for command in other.exports()]
        return run([*exports, *block.commands()], self.checkout, bare_environment(self._home), self._place)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_a_block_says_what_it_is(block: Block) -> None:
    """Its fence names a language: `sh` is run, `toml` is read as routes; `text`, `json` and `python` are only shown."""
    assert block.language in {COMMANDS, ROUTES, *SHOWN}, f"{block.place}: name the block's language behind the fence"


@pytest.mark.parametrize("block", run_here(COMMANDS), ids=lambda block: block.place)
def test_commands_work(block: Block, reader: Reader) -> None:
    """Each command of a block answers 0, in the order in which they stand, with what the page exports."""
    outcome = reader.types(block)
    assert outcome.fault() is None, f"{block.place}: {outcome.fault()}\n{outcome.output}\nlist it in {LIST.name}?"


@pytest.mark.parametrize("block", run_here(ROUTES), ids=lambda block: block.place)
def test_routes_are_accepted(block: Block, reader: Reader) -> None:
    """A block of TOML is a file of routes that the function reads."""
    (reader.checkout / "example.toml").write_text("\n".join(block.lines), encoding="utf-8")
    command = ".venv/bin/python -m ops parse --routes example.toml app.log"
    environ = {"TF_VAR_redaction_key": "a-key-of-many-characters"}
    outcome = run([command], reader.checkout, bare_environment(reader.checkout) | environ, reader.checkout.parent)
    assert outcome.fault() is None, f"{block.place}: {outcome.output}"


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: f"{entry.page}: {entry.first[:40]}")
def test_the_list_names_blocks_that_exist(entry: NotRun) -> None:
    """An entry whose block is gone is taken off the list."""
    assert any(entry_of(block, [entry]) for block in BLOCKS if block.language in {COMMANDS, ROUTES})


def test_the_list_gives_reasons() -> None:
    """Each entry says why, and either what runs it or that nothing can; no block stands there twice."""
    assert all(entry.reason and entry.by in {"", STRANGERS} for entry in LISTED)
    assert len({(entry.page, entry.first) for entry in LISTED}) == len(LISTED)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_commands_in_sentences_exist(page: Path) -> None:
    """What a sentence calls `make …` is a target, and what it calls `python -m …` a module."""
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z_-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(MAKE.findall(text)) <= targets
    for name in MODULE.findall(text):
        place = PROJECT / name.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), name


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of a page names a file or folder of the project."""
    for target in re.findall(r"\]\((?![a-z]+:)([^)#\s]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists() or "docs/generator/" in str(page), f"{page.name}: {target}"
