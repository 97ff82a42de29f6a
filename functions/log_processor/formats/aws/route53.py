"""Parse query logs of Amazon Route 53 Resolver, one object a line."""

import re
from typing import Any

from log_processor.formats.generic import json_lines
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, list_columns
from log_processor.formats.lib.named_members import put_members
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_any_ms

SIGN = '"query_timestamp"'
NAMES = {
    "query_name": "dns.question.name",
    "query_type": "dns.question.type",
    "query_class": "dns.question.class",
    "rcode": "dns.response_code",
    "srcaddr": "client.address",
    "account_id": "cloud.account.id",
    "region": "cloud.region",
}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is no object with the name, type and time of a query."""
    members = parse_object(text, SIGN)
    if members is None or not {"query_timestamp", "query_name", "query_type"} <= members.keys():
        return None
    fields: dict[str, Any] = dict(members)
    put_members(fields, members, NAMES)
    if isinstance(port := parse_number(str(members.get("srcport"))), int):
        fields["client.port"] = port
    if isinstance(transport := members.get("transport"), str):
        fields["network.transport"] = transport.lower()
    answers = members.get("answers")
    if isinstance(answers, list) and answers:
        fields["dns.answers"] = [answer.get("Rdata") for answer in answers if isinstance(answer, dict)]
    return Parsed(fields, parse_any_ms(members["query_timestamp"]))


KEY = re.compile(r"(?:^|/)vpcdnsquerylogs/")
FORMAT = Format(
    "route53",
    parse,
    title="Amazon Route 53 Resolver query logs, one object a line",
    specification="Route 53 Developer Guide, Values in Resolver query logs",
    notes=(
        "The members stand under their own names, and these beside them; answers, srcids and what the DNS "
        "firewall adds too."
    ),
    schema=(
        *list_columns("dns.question.type dns.question.class dns.response_code"),
        Column("dns.answers", note="their data alone"),
        *list_columns("client.address client.port network.transport cloud.account.id cloud.region dns.question.name"),
    ),
    sample=(
        '{"version": "1.1", "query_timestamp": "2026-05-04T10:00:00Z", "query_name": "a.example.", '
        '"query_type": "A", "rcode": "NOERROR"}'
    ),
    keeps_members=True,
    embedded=Embedded(LOG_SERVICE, "{", SIGN),
    key=KEY,
    strong=json_lines.build_strong_starts(SIGN.encode()),
    signs=(SIGN,),
)
