"""`ops parse` shows the first rejects of a file, and where the expression of a format of one's own stopped."""

from pathlib import Path

import pytest

from ops.cli import main
from tests.docs.pages import all_blocks

SHOP = r"""
[[format]]
name = "shop"
expression = '(?P<time>\S+ \S+) (?P<user>\S+) took (?P<took>\d+) ms'
samples = ["2026-05-04 10:00:00 ann took 12 ms"]
"""
LINE = "2026-05-04 10:00:00 ann took 12 ms"
PAGE = "docs/own-formats.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a file of routes, in which the command is typed."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "routes.toml").write_text(SHOP + "[[route]]\nkeys = ['shop/**']\nformat = 'shop'\n")
    (tmp_path / "shop").mkdir()
    return tmp_path


def parse(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    code = main(["parse", "--routes", "routes.toml", *options])
    return code, capsys.readouterr().out.splitlines()[1:]


def test_a_reject_shows_where_its_expression_stopped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mark stands below the character, also behind letters that are wide."""
    (folder / "shop" / "a.log").write_text(f"{LINE}\n2026-05-04 10:00:00 世界 took long ms\n")
    code, (summary, reason, line, mark) = parse(capsys, "shop/a.log")
    assert code == 1
    assert summary.split()[:6] == ["shop/a.log", "shop", "2", "1", "1", "0"]
    assert reason == (
        "  byte 35: the record is not of the declared format shop: "
        r"the expression stops at character 29, before '\d+' of the group took"
    )
    assert line == "    2026-05-04 10:00:00 世界 took long ms"
    assert mark == " " * (4 + 30) + "^"


def test_the_first_three_rejects_are_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut around the character, so that each fits into a line."""
    (folder / "shop" / "a.log").write_text(f"{'a' * 90} {'b' * 90}\n" * 5)
    _, (_, *shown) = parse(capsys, "shop/a.log")
    assert len(shown) == 9
    assert shown[1] == f"    …{'b' * 60}"
    assert shown[2] == " " * (4 + 61) + "^"


def test_a_format_of_the_routes_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --format, for a file of any name; one that is like it is suggested."""
    (folder / "any.txt").write_text(f"{LINE}\n")
    code, (summary,) = parse(capsys, "any.txt", "--format", "shop")
    assert (code, summary.split()[1]) == (0, "shop")
    assert main(["parse", "--routes", "routes.toml", "any.txt", "--format", "shp"]) != 0
    assert "did you mean shop" in capsys.readouterr().err


def test_rejects_of_other_formats_have_their_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that cannot tell where they stop have no mark; a route that hides shows nothing of the text."""
    (folder / "shop" / "a.log").write_text("192.0.2.1 is no request\n")
    (folder / "routes.toml").write_text("[[route]]\nkeys = ['**']\nformat = 'alb'\nredact = ['ip']\n")
    _, (_, *shown) = parse(capsys, "shop/a.log")
    assert shown == ["  byte 0: the record is not of the declared format alb", "    [ip] is no request"]


def test_the_page_shows_what_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reject of `docs/own-formats.md`, read by the page's first format, has the reason and the mark shown there."""
    blocks = [block for block in all_blocks() if block.page == PAGE]
    shown = next(block for block in blocks if block.language == "text").lines
    (folder / "routes.toml").write_text("\n".join(blocks[0].lines))
    (folder / "shop" / "app.log").write_text(f"{shown[-2].strip()}\n")
    _, (_, reason, *marked) = parse(capsys, "shop/app.log")
    assert reason.partition(": ")[2] == shown[-3].partition(": ")[2]
    assert marked == list(shown[-2:])
