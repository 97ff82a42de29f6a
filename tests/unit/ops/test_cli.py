"""The command line: what it prints of itself, what it loads, how it refuses and how it ends."""

import os
import pty
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docs.generator import ops_page
from ops.cli import app, main

PROJECT = Path(__file__).resolve().parents[3]
OPS = Path(sys.executable).parent / "ops"
LINE = "2026-05-04T10:00:00Z a line like any other, of a hundred bytes or so, so that a pipe is full soon ........\n"


def list_modules(words: list[str]) -> set[str]:
    """Return the modules that `ops WORDS` imports, in a process of its own."""
    code = "import sys; from ops.cli import main; main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    finished = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    return set(finished.stderr.split())


def test_help_loads_nothing_that_a_command_needs() -> None:
    """It imports neither boto3 nor the formats nor Rich, so that the page appears at once."""
    assert not list_modules(["--help"]) & {"boto3", "botocore", "log_processor.formats", "rich"}


def test_parse_loads_no_client(tmp_path: Path) -> None:
    """It reads local files, and does not import boto3."""
    (tmp_path / "a.log").write_text(LINE)
    modules = list_modules(["parse", str(tmp_path / "a.log")])
    assert "log_processor.formats.registry" in modules
    assert not modules & {"boto3", "botocore"}


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of an argument or its words the page is made again."""
    assert ops_page.PAGE.read_text("utf-8") == ops_page.build_page(), (
        "docs/ops.md is older than the code: run `make docs`"
    )


@pytest.mark.parametrize("command", [*app])
def test_every_argument_is_described(command: str) -> None:
    """Each argument has a description in the help of its command."""
    arguments = app[command].assemble_argument_collection(parse_docstring=True)
    assert not [one.name for one in arguments if one.show and not one.parameter.help]


def test_help_may_be_asked_for_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` may come before or after the arguments; after `--` it is the name of a file."""
    for words in (["parse", "--help"], ["parse", "a.log", "-h"], ["--help", "parse"]):
        assert main(words) == 0
        assert capsys.readouterr().out.startswith("Usage: ops parse FILES…")
    main(["parse", "--", "--help"])
    assert "Usage" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["parse", "show", "query", "replay"])
def test_the_parts_of_a_page_are_one_blank_line_apart(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where a command has one paragraph alone above its arguments."""
    assert main([command, "--help"]) == 0
    assert "\n\n\n" not in capsys.readouterr().out


def test_the_script_works_from_any_folder(tmp_path: Path) -> None:
    """The console script and the module print the version; the module is run from the project's folder."""
    script = subprocess.run([OPS, "--version"], capture_output=True, text=True, cwd=tmp_path, check=True)
    module = subprocess.run(
        [sys.executable, "-m", "ops", "--version"], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert script.stdout == module.stdout
    assert script.stdout.startswith("ops 1.")


def test_a_missing_character_is_escaped(tmp_path: Path) -> None:
    """It is escaped if the terminal's encoding lacks it."""
    (tmp_path / "größe.log").write_text(LINE)
    environ = os.environ | {"PYTHONIOENCODING": "ascii"}
    for words in (["--help"], ["parse", "größe.log"]):
        finished = subprocess.run([OPS, *words], capture_output=True, cwd=tmp_path, env=environ, check=True)
        assert finished.stdout.isascii()
    assert rb"gr\xf6\xdfe.log" in finished.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["prase", "a.log"], 'Did you mean "parse"?'),
        (["nosuch", "--help"], 'Unknown command "nosuch"'),
        (["parse"], "FILES requires an argument"),
        (["parse", "a.log", "--jsn"], "Did you mean --json?"),
        (["parse", "a.log", "--format", "ngnix_error"], "did you mean nginx_error?"),
        (["parse", "a.log", "--format", "syslog"], "did you mean syslog_rfc"),
        (["parse", "a.log", "--format", "nosuch"], "docs/formats.md has them all"),
        (["status", "a", "b\x1b[2J"], r"b\x1b[2J"),
    ],
)
def test_bad_arguments_are_one_sentence(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It suggests similar names, not all of them, and holds no control character; the exit code is 2."""
    assert main(words) == 2
    found = capsys.readouterr().err
    assert sentence in found
    assert found.startswith("error: ")
    assert (found.count("\n"), len(found) < 200, "\x1b" in found) == (1, True, False)


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It goes to standard error, because nothing was asked; the exit code is 2."""
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("Usage: ops COMMAND")


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    """`ops parse --json FILE | head -1` prints one line and no traceback; the shell sees the signal's number."""
    (tmp_path / "a.log").write_text(LINE * 20_000)
    command = f"set -o pipefail; {shlex.quote(str(OPS))} parse --json a.log | head -1"
    finished = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (finished.returncode, finished.stdout.count("\n"), finished.stderr) == (141, 1, "")


def test_a_closed_terminal_ends_it_quietly() -> None:
    """As with a pipe: no traceback, whoever is left to read it."""
    parent, child = pty.openpty()
    with subprocess.Popen(
        [OPS, "parse", "--json", "-"], stdin=subprocess.PIPE, stdout=child, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(child)
        os.close(parent)
        errors = process.communicate(LINE * 20)[1]
    assert (process.returncode, errors) == (141, "")


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_quietly(tmp_path: Path) -> None:
    """Ctrl-C while it reads gives no traceback, and the exit code that shells use for SIGINT."""
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen([OPS, "parse", "-"], stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE)
        assert process.stdin
        process.stdin.write(LINE.encode() * 40_000)  # more than a pipe holds: when it is written, it is being read
        os.kill(process.pid, signal.SIGINT)
        errors = process.communicate()[1]
    assert (process.returncode, errors) == (130, b"")
