"""How the environment is at this moment: `ops status` as a page."""

from collections.abc import Sequence

from ops.failing import MENDED_BY
from ops.overview import describe_lag, describe_letters, describe_work, read_overview
from ops.view.lib.page import Facts, Page, Visit

SINCE = "today"


def load(visit: Visit) -> Facts:
    """Read the queues, the alarms and the ledger's index by day."""
    environment = visit.environment
    table = environment.config.ledger_table_name
    overview = read_overview(environment, table, visit.clock, visit.get("since", SINCE), visit.budget)
    return {
        "overview": overview,
        "backlog": describe_work(overview.work),
        "lag": describe_lag(overview.lag),
        "letters": describe_letters(overview.dead_letters),
        "alarms": overview.alarms.describe(),
        "mended_by": MENDED_BY,
    }


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops status` with what differs from its defaults."""
    zone, since = visit.get("tz"), visit.get("since")
    return ("status", *(("--since", since) if since else ()), *(("--tz", zone) if zone else ()))


PAGES = (Page(path="/", title="Now", template="now.html", load=load, name_command=name_command),)
