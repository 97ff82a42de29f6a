"""What came in has cost: `ops cost` as a part of the page Now."""

from collections.abc import Sequence

from ops.cost import add_up, sum_costs
from ops.overview import list_begun, read_day
from ops.pricing.bill import sum_dollars
from ops.view.lib.page import Facts, Visit
from ops.view.pages.first import SINCE


def load(visit: Visit) -> Facts:
    """Read what came in, and a sample of the records for their sizes."""
    environment, clock = visit.environment, visit.clock
    begin = clock.parse("since", visit.get("since", SINCE))
    ranges = read_day(environment, environment.config.ledger_table_name, begin, clock, visit.budget)
    begun = list(list_begun(ranges, begin))
    total = add_up(sum_costs(environment, begun)) if begun else None
    used = total.used if total else None
    return {
        "once": sum_dollars(used, monthly=False) if used else 0.0,
        "monthly": sum_dollars(used, monthly=True) if used else 0.0,
        "text_bytes": total.text_bytes if total else 0,
    }


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops cost` of the same time."""
    zone = visit.get("tz")
    return ("cost", "--since", visit.get("since", SINCE), *(("--tz", zone) if zone else ()))
