"""Read the `date_order` and the `time_zone` of a route table."""

from datetime import tzinfo
from zoneinfo import available_timezones

from log_processor.formats.lib.dating import DATE_ORDERS, DateOrder
from log_processor.formats.lib.zones import find_zone
from log_processor.routing.config.toml_tables import RouteTable
from log_processor.suggestion import suggest


def read_date_order(table: RouteTable) -> DateOrder | None:
    """Return the order of the numbers in dates; None if the objects' samples tell it."""
    order = table.values.get("date_order")
    if order is not None and order not in DATE_ORDERS:
        table.refuse("date_order", f"'date_order' is {order!r}: write one of {', '.join(DATE_ORDERS)}, or leave it out")
    return next((known for known in DATE_ORDERS if known == order), None)


def read_time_zone(table: RouteTable) -> tzinfo | None:
    """Return the zone of times that have none; None if they are in UTC."""
    name = table.values.get("time_zone")
    if name is None:
        return None
    zone = find_zone(name) if isinstance(name, str) else None
    if zone is None:
        meant = suggest(name, available_timezones())
        remedy = "a name of the tz database, such as 'Europe/Berlin', or an offset, such as '+05:30'"
        table.refuse("time_zone", f"'time_zone' is {name!r}, which is no zone: {meant}write {remedy}")
    return zone
