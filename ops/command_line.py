"""Run a command line: print help or the version, turn an error into one sentence, end quietly if interrupted."""

import errno
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from cyclopts import App, CycloptsError
from log_processor.escaping import escape

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.help_page import build_help_page
from stacks.config.rules import ConfigError

PROJECT_FILE = Path(__file__).resolve().parent.parent / "pyproject.toml"
HELP = frozenset({"--help", "-h"})
MAX_HELP_WIDTH = 100
PATH_OF_INPUT = "./-"
"""How cyclopts is given the path `-`, which it would take for an option."""
YES = "--yes"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
"""What the name of an environment looks like; what is given as one is checked later."""


def run(app: App, arguments: Sequence[str] | None) -> int:
    """Run the command that `arguments` name, by default those of the process; return its exit code."""
    words = complete_words(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold what the terminal's encoding lacks
    try:
        code = _run_command(app, words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except CommandError as error:
        return _print_error(str(error), error.exit_code)
    except ConfigError as error:
        return _print_error(str(error))
    except CycloptsError as error:
        return _print_error(f"{error} Run 'ops --help', or 'ops COMMAND --help'.")
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):  # a pipe without a reader, a terminal that is closed
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more at its end
        return ExitCode.READER_CLOSED
    return code


def complete_words(words: Sequence[str]) -> list[str]:
    """Return the words of a command line as cyclopts reads them.

    - `-` is a path.
    - `--yes` may stand without a value: it has one if what follows can be the name of an environment.
    """
    completed = [PATH_OF_INPUT if word == "-" else word for word in words]
    for number, word in enumerate(completed):
        if word == "--":
            break
        if word == YES and not NAME.fullmatch("".join(completed[number + 1 : number + 2])):
            completed[number] = f"{YES}="
    return completed


def _run_command(app: App, words: list[str]) -> int:
    options = words[: words.index("--")] if "--" in words else words
    if not words:
        sys.stderr.write(build_help_page(app, (), _measure_width()))
        return ExitCode.CANNOT_RUN
    if "--version" in options:
        sys.stdout.write(f"ops {read_version()}\n")
        return 0
    if HELP & set(options):
        chain, _, rest = app.parse_commands([word for word in words if word not in HELP])
        if chain or not rest:
            sys.stdout.write(build_help_page(app, chain, _measure_width()))
            return 0
    code: int = app(words, exit_on_error=False, print_error=False)
    return code


def read_version() -> str:
    """Return the version in pyproject.toml; the metadata of an editable install is as old as the installation."""
    return str(tomllib.loads(PROJECT_FILE.read_text("utf-8"))["project"]["version"])


def _print_error(sentence: str, exit_code: ExitCode = ExitCode.CANNOT_RUN) -> int:
    sys.stdout.flush()  # what is printed before the error stands before it
    sys.stderr.write(f"error: {escape(sentence)}\n")
    return int(exit_code)


def _measure_width() -> int:
    return min(MAX_HELP_WIDTH, shutil.get_terminal_size().columns)
