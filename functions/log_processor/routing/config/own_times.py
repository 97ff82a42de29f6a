"""Read how a `[[format]]` table reads times: by a layout, or in any usual shape."""

from collections.abc import Callable

from log_processor.routing.config.times import read_time_zone
from log_processor.routing.config.toml_tables import RouteTable
from log_processor.routing.own_formats.own_format import ReadTime, read_usual_time
from log_processor.routing.own_formats.time_layout import TimeLayoutError, build_time_reader

USUAL = "of a usual shape, so 'time_layout' has to say how it is written"


def read_time_reader(table: RouteTable, *, has_time: bool) -> tuple[ReadTime, str]:
    """Return the function that reads the time of a record, and what a time is in words."""
    layout, zone = table.values.get("time_layout"), read_time_zone(table)
    if layout is None:
        if zone is not None:
            table.refuse("time_zone", "'time_zone' is for 'time_layout': write both, or 'time_zone' in the route")
        return read_usual_time, USUAL
    if not has_time:
        table.refuse(
            "time_layout", "'time_layout' has no time to read: call a group or column 'time', or name it in 'time'"
        )
    if not isinstance(layout, str):
        table.refuse("time_layout", f"'time_layout' is {layout!r}: write a text such as '%Y-%m-%d %H:%M:%S'")
    try:
        return _ignore_modified(build_time_reader(layout, zone)), f"of the layout {layout!r}"
    except TimeLayoutError as error:
        table.refuse("time_layout", f"the time layout {layout!r} {error}")


def _ignore_modified(read_time: Callable[[str], int | None]) -> ReadTime:
    """Return a reader of times that needs nothing but their texts."""

    def read(text: str, _last_modified_ms: int) -> int | None:
        return read_time(text)

    return read
