"""A command's help as plain text, from its signature and docstring: cyclopts' own pages import Rich, 0.1 s more."""

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyclopts import App
    from cyclopts.argument import Argument

LABEL_WIDTH = 20
Row = tuple[str, str]
EVERYWHERE: tuple[Row, ...] = (("-h, --help", "Show this page, or a command's."), ("--version", "Show the version."))


def help_page(app: "App", chain: Sequence[str], width: int) -> str:
    """Return the page of the command that `chain` names, of the whole program if it is empty, in lines of `width`."""
    return "\n".join(_program(app, width) if not chain else _command(app, chain, width)) + "\n"


def _program(app: "App", width: int) -> Iterator[str]:
    yield from ("Usage: ops COMMAND [OPTIONS] …", "", *_wrapped(app.help, width), "")
    yield from _rows("Commands", [(name, _summary(app[name])) for name in app], width)
    yield ""
    yield from _rows("Options", EVERYWHERE, width)
    yield ""
    yield from _wrapped("Exit code: 0 if all is well, 1 if something wrong was found, 2 if it cannot run.", width)


def _command(app: "App", chain: Sequence[str], width: int) -> Iterator[str]:
    command = app
    for name in chain:
        command = command[name]
    arguments = list(command.assemble_argument_collection(parse_docstring=True))
    positional = [one for one in arguments if one.index is not None]
    options = [one for one in arguments if one.index is None]
    words = ["ops", *chain, *map(_label, positional), *(["[OPTIONS]"] if options else [])]
    yield from (f"Usage: {' '.join(words)}", "", *_wrapped(command.help.partition("Args:")[0], width))
    yield from _arguments("Arguments", positional, width)
    yield from _arguments("Options", options, width)


def _arguments(title: str, arguments: Sequence["Argument"], width: int) -> Iterator[str]:
    if arguments:
        yield ""
        yield from _rows(title, [(_label(one), one.parameter.help or "") for one in arguments], width)


def _label(argument: "Argument") -> str:
    """Return how an argument is written: `FILES…`, `OBJECT`, `--json`, `--format NAME`."""
    if argument.index is not None:
        many = "…" if argument.token_count()[1] else ""
        label = argument.name.lstrip("-").upper() + many
        return label if argument.required else f"[{label}]"
    metavar = argument.parameter.metavar
    return f"{argument.name} {metavar}" if metavar else argument.name


def _summary(command: "App") -> str:
    """Return the first line of a command's docstring."""
    return command.help.split("\n", 1)[0]


def _rows(title: str, rows: Sequence[Row], width: int) -> Iterator[str]:
    yield f"{title}:"
    for label, text in rows:
        head = f"  {label:<{LABEL_WIDTH}}"
        if len(label) > LABEL_WIDTH:
            yield f"  {label}"
            head = " " * (LABEL_WIDTH + 2)
        yield from textwrap.wrap(
            text, width, initial_indent=head, subsequent_indent=" " * (LABEL_WIDTH + 2), break_on_hyphens=False
        )


def _wrapped(text: str, width: int) -> list[str]:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(textwrap.fill(one, width, break_on_hyphens=False) for one in paragraphs).split("\n")
