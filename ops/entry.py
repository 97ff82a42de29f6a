"""From the words of a command line to an exit code: help, version, errors in one sentence, a quiet end."""

import os
import shutil
import sys
import tomllib
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from cyclopts import App, CycloptsError
from log_processor.escaping import escaped

from ops.errors import CommandError
from ops.help_page import help_page
from stacks.config.rules import ConfigError

PROJECT_FILE = Path(__file__).resolve().parent.parent / "pyproject.toml"
HELP = frozenset({"--help", "-h"})
CANNOT_RUN = 2
INTERRUPTED = 130
READER_GONE = 141
"""What a shell reports of a program that SIGINT or SIGPIPE ended."""
WIDEST_HELP = 100
PATH_OF_INPUT = "./-"
"""The path `-`, as cyclopts takes it: a dash alone is an option to it."""


def run(app: App, arguments: Sequence[str] | None) -> int:
    """Run the command that `arguments` name, by default the process's own, and return its exit code."""
    words = [PATH_OF_INPUT if word == "-" else word for word in (sys.argv[1:] if arguments is None else arguments)]
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold what the terminal's encoding has not
    try:
        code = _run(app, words)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more at its end
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except (CommandError, ConfigError) as error:
        return _refused(str(error))
    except CycloptsError as error:
        return _refused(f"{error} Say 'ops --help', or 'ops COMMAND --help'.")
    return code


def _run(app: App, words: list[str]) -> int:
    options = words[: words.index("--")] if "--" in words else words
    if not words:
        sys.stderr.write(help_page(app, (), _width()))
        return CANNOT_RUN
    if "--version" in options:
        sys.stdout.write(f"ops {version()}\n")
        return 0
    if HELP & set(options):
        chain, _, rest = app.parse_commands([word for word in words if word not in HELP])
        if chain or not rest:
            sys.stdout.write(help_page(app, chain, _width()))
            return 0
    code: int = app(words, exit_on_error=False, print_error=False)
    return code


def version() -> str:
    """Return the project's version; an editable install's own metadata would be that of the day it was installed."""
    return str(tomllib.loads(PROJECT_FILE.read_text("utf-8"))["project"]["version"])


def _refused(sentence: str) -> int:
    sys.stderr.write(f"error: {escaped(sentence)}\n")
    return CANNOT_RUN


def _width() -> int:
    return min(WIDEST_HELP, shutil.get_terminal_size().columns)
