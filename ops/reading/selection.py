"""What several commands are told about the records that they are to read; nothing else is imported for their help."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

DEFAULT_BEGIN = "1h"


def _name(option: str, metavar: str | None, text: str) -> Parameter:
    return Parameter(name=option, metavar=metavar, help=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """The options that choose records; each is described where it is declared."""

    sources: Annotated[
        tuple[str, ...],
        _name("--source", "NAME", "The source, several times for several. Default: all."),
    ] = ()
    level: Annotated[str | None, _name("--level", "LEVEL", "The level, such as warn, and those above it.")] = None
    errors: Annotated[
        bool, _name("--errors", None, "Errors only: the level is error or fatal, or the HTTP status 500 or more.")
    ] = False
    where: Annotated[
        tuple[str, ...],
        _name(
            "--where",
            "CONDITION",
            "What holds of attributes and fields, such as `status>=500 and not user.name~^test`: = != < <= > >=, ~ and "
            "!~ for regular expressions, and, or, not, parentheses; a name alone if there is one.",
        ),
    ] = ()
    contains: Annotated[
        tuple[str, ...], _name("--contains", "TEXT", "What stands in the record's text, in small or capital letters.")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection(RecordFilter):
    """The options that choose records of a span of time."""

    begin: Annotated[
        str, _name("--from", "TIME", "Since when: 15m, 2h, 3d, today, yesterday, or ISO 8601. Default: 1h.")
    ] = DEFAULT_BEGIN
    end: Annotated[str, _name("--to", "TIME", "Until when, exclusively. Default: now.")] = "now"
