"""Declare the command that removes a person's records."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.acting import Rate, YesToAct
from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone


def forget(
    *,
    fields: Annotated[tuple[str, ...], Parameter(name="--field", metavar="NAME=VALUE")] = (),
    where: Annotated[tuple[str, ...], Parameter(name="--where", metavar="CONDITION")] = (),
    source_objects: bool = False,
    rate: Rate = None,
    yes: YesToAct = None,
    tz: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Say which records are a person's; with --yes, remove them everywhere, so that no replay brings them back.

    The whole log table is read. A record is the person's if a field has the value, or the condition holds; one without
    fields, such as a reject, if the value is a word of its text. Removed are records, packs are written without them,
    rejects, copies of failed objects, and dead letters that name the value. The ledger keeps the ids of the records,
    and nothing of the person. The report says what stays elsewhere, and until when.

    Args:
        fields: The person by a field, such as `user.name=alice`; several times for several, of which one is enough.
        where: The person by a condition, as `ops query` takes it.
        source_objects: Delete the versions of source objects, too, that hold such a record: with all others in them.
    """
    from ops import forget as command

    plan = command.ForgetPlan(
        fields=fields, where=where, source_objects=source_objects, rate=rate, yes=yes, tz=tz, max_read=max_read
    )
    return command.run(plan, as_json=as_json)
