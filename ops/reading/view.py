"""How `ops query` shows what it finds."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from ops.frame.options import refuse_options

DEFAULT_LIMIT = 100


def _name(option: str | tuple[str, ...], metavar: str | None, text: str) -> Parameter:
    return Parameter(name=option, metavar=metavar, help=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """A page of records, with neighbours or without, a count, or a drawing; each option says what it does."""

    limit: Annotated[int, _name("--limit", "N", "Print so many at most; 0 prints all. Default: 100.")] = DEFAULT_LIMIT
    newest_first: Annotated[bool, _name("--newest", None, "Print the newest first.")] = False
    cursor: Annotated[str | None, _name("--cursor", "TEXT", "Go on after the page that printed this.")] = None
    neighbours: Annotated[
        int,
        _name("-C", "N", "Print with each record so many of those before and after it in its object, by time."),
    ] = 0
    count: Annotated[bool, _name("--count", None, "Print how many there are.")] = False
    by: Annotated[
        str | None,
        _name("--by", "NAME", "Count them by an attribute or field, such as level, or by minute, hour or day."),
    ] = None
    plot: Annotated[bool, _name("--plot", None, "Draw how many there are over time.")] = False
    with_id: Annotated[bool, _name("--ids", None, "Print the log_id of each too, for ops show.")] = False

    def check(self) -> None:
        """Raise `CommandError` for an option that is ignored: one of a page in a summary, or of a count in a plot."""
        if self.is_summary:
            page: dict[str, object] = {
                "--limit": None if self.limit == DEFAULT_LIMIT else self.limit,
                "--newest": self.newest_first,
            }
            page |= {"--cursor": self.cursor, "-C": self.neighbours or None, "--ids": self.with_id}
            refuse_options(page, "it is for a page of records: leave out --count, --by and --plot, or this")
        if self.plot:
            refuse_options({"--by": self.by, "--count": self.count}, "--plot counts by time: leave one of the two out")

    @property
    def is_summary(self) -> bool:
        """Tell whether all records are read, and none is printed."""
        return self.count or self.plot or self.by is not None
