"""Parse what laurel makes of the records of the Linux audit system: one JSON object an event."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from log_processor.formats.generic.json_lines import is_object, parse_object
from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.timestamps import convert_epoch_ms
from log_processor.formats.security.auditd import UNKNOWN

ID = re.compile(r"(\d{1,11}\.\d{3}):(\d{1,20})")
SIGN = '"ID":"'
PAIR = re.compile(r"\b(acct|addr)=(?:\"([^\"]*)\"|(\S+))")
COMMON = {"pid": "process.pid", "comm": "process.name", "acct": "user.name", "addr": "client.address"}
"""The members of records that other formats have too, by their names there."""


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one event; return None if it is no object with the id of an audit event and its records."""
    members = parse_object(text, SIGN)
    number = members.get("ID") if members else None
    match = ID.fullmatch(number) if isinstance(number, str) else None
    if members is None or match is None:
        return None
    records = list(_iter_records(members))
    if not records:
        return None
    fields = dict(members)
    fields["audit.id"] = number
    if isinstance(node := members.get("NODE"), str):
        fields["host.name"] = node
    for record in records:
        for name, value in _iter_common(record):
            fields.setdefault(name, value)
    return Parsed(fields, convert_epoch_ms(float(match[1])))


def _iter_records(members: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the records of an event; there may be several of a type."""
    for name, held in members.items():
        if name.isupper():
            yield from (one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict))


def _iter_common(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a record says under the common names, also in what a program said of itself."""
    for member, name in COMMON.items():
        if isinstance(value := record.get(member), str | int) and value not in UNKNOWN:
            yield name, value
    if isinstance(said := record.get("msg"), str):
        for name, quoted, bare in PAIR.findall(said):
            if (quoted or bare) not in UNKNOWN:
                yield COMMON[name], quoted or bare


FORMAT = Format(
    "laurel",
    parse,
    title="laurel's JSON of the Linux audit system, an object an event",
    specification="laurel(8), Log format",
    notes=(
        "The records stand under their types, as laurel writes them. The time is that of the event's id, which the "
        "records of `auditd` have too."
    ),
    schema=(
        Column("audit.id", note="time and serial number"),
        Column("host.name", note="NODE"),
        *list_columns("process.pid process.name user.name client.address", note="of the first record that has it"),
    ),
    sample='{"ID":"1777888800.123:4711","SYSCALL":{"syscall":59,"pid":42,"comm":"sudo"},"CWD":{"cwd":"/home/ann"}}',
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "{", SIGN, own_message=True),
    strong=(
        StrongStart(
            re.compile(rb'\{"ID":"\d{1,11}\.\d{3}:\d{1,20}"'),
            b"{",
            needs=SIGN.encode(),
            accepts=is_object,
            words="a whole object whose first member is the id of an audit event",
        ),
    ),
    signs=(SIGN,),
)
