"""The first page: Now, before anything of it is read. The browser asks for what it shows when it has the page."""

from collections.abc import Sequence

from ops.view.lib.page import Facts, Visit
from ops.view.lib.texts import make_link

SINCE = "today"


def load(visit: Visit) -> Facts:
    """Return the address of the whole page."""
    return {"whole": make_link("/now", **visit.parameters)}


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops status` with what differs from its defaults."""
    named = (("--since", visit.get("since")), ("--tz", visit.get("tz")))
    return "status", *(word for option, value in named if value for word in (option, value))
