"""Build the help of a command from its signature and docstring, as plain text.

The help pages of cyclopts itself import Rich, which takes 0.1 s more.
"""

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ops.exit_codes import ExitCode

if TYPE_CHECKING:
    from cyclopts import App
    from cyclopts.argument import Argument

LABEL_WIDTH = 20
Row = tuple[str, str]
COMMON_OPTIONS: tuple[Row, ...] = (
    ("-h, --help", "Show this page, or a command's."),
    ("--version", "Show the version."),
)


def build_help_page(app: "App", chain: Sequence[str], width: int) -> str:
    """Return the help of the command that `chain` names, or of the program if it is empty, wrapped at `width`."""
    return "\n".join(_describe_program(app, width) if not chain else _describe_command(app, chain, width)) + "\n"


def _describe_program(app: "App", width: int) -> Iterator[str]:
    yield from ("Usage: ops COMMAND [OPTIONS] …", "", *_wrap_text(app.help, width), "")
    yield from _format_rows("Commands", [(name, _get_summary(app[name])) for name in app], width)
    yield ""
    yield from _format_rows("Options", COMMON_OPTIONS, width)
    yield ""
    yield from _format_rows("Exit codes", [(str(int(code)), code.meaning) for code in ExitCode], width)


def _describe_command(app: "App", chain: Sequence[str], width: int) -> Iterator[str]:
    command = app
    for name in chain:
        command = command[name]
    arguments = [one for one in command.assemble_argument_collection(parse_docstring=True) if one.show]
    positional = [one for one in arguments if one.index is not None]
    options = [one for one in arguments if one.index is None]
    words = ["ops", *chain, *map(_build_label, positional), *(["[OPTIONS]"] if options else [])]
    yield from (f"Usage: {' '.join(words)}", "", *_wrap_text(command.help.partition("Args:")[0].rstrip(), width))
    yield from _format_arguments("Arguments", positional, width)
    yield from _format_arguments("Options", options, width)


def _format_arguments(title: str, arguments: Sequence["Argument"], width: int) -> Iterator[str]:
    if arguments:
        yield ""
        yield from _format_rows(title, [(_build_label(one), one.parameter.help or "") for one in arguments], width)


def _build_label(argument: "Argument") -> str:
    """Return the usage of an argument: `FILES…`, `OBJECT`, `--json`, `--format NAME`; `[NAME]` if it is optional."""
    if argument.index is not None:
        many = "…" if argument.token_count()[1] else ""
        label = argument.name.lstrip("-").upper() + many
        return label if argument.required else f"[{label}]"
    metavar = argument.parameter.metavar
    return f"{argument.name} {metavar}" if metavar else argument.name


def _get_summary(command: "App") -> str:
    """Return the first line of a command's docstring."""
    return command.help.split("\n", 1)[0]


def _format_rows(title: str, rows: Sequence[Row], width: int) -> Iterator[str]:
    yield f"{title}:"
    for label, text in rows:
        head = f"  {label:<{LABEL_WIDTH}}"
        if len(label) > LABEL_WIDTH:
            yield f"  {label}"
            head = " " * (LABEL_WIDTH + 2)
        yield from textwrap.wrap(
            text, width, initial_indent=head, subsequent_indent=" " * (LABEL_WIDTH + 2), break_on_hyphens=False
        )


def _wrap_text(text: str, width: int) -> list[str]:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(textwrap.fill(one, width, break_on_hyphens=False) for one in paragraphs).split("\n")
