"""VPC Flow Logs (Amazon VPC User Guide, Flow log records).

Header-driven: the first line of an S3 file names the fields; without it, the 14 of version 2 count. The record's time
is `end`, in seconds since 1970, or `start`.
Schema: aws.vpc.version, cloud.account.id, aws.vpc.interface_id, source.address, source.port, destination.address,
destination.port, network.iana_number, aws.vpc.packets, aws.vpc.bytes, aws.vpc.start, aws.vpc.end, aws.vpc.action,
aws.vpc.log_status (OK, NODATA, SKIPDATA), aws.vpc.* for the fields of later versions; `extra` for more words than
fields.
Sample: 2 123456789012 eni-0a1b2c3d 192.0.2.1 10.0.0.1 443 49152 6 10 840 1777888800 1777888860 ACCEPT OK
"""

import re
from collections.abc import Callable
from typing import Any

from log_processor.formats.base import Format, Header, Parse
from log_processor.formats.timestamps import any_ms
from log_processor.formats.tokens import ABSENT, number
from log_processor.record import Parsed

VERSION_2 = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
LATER = (
    "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id "
    "sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction "
    "traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn "
    "ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name "
    "ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status"
)
NAMES = frozenset(f"{VERSION_2} {LATER}".split())
FEWEST_NAMES = 3
START = re.compile(r"\d{1,2} (?:\d{12}|unknown|-) (?:eni-[0-9a-f]+|-) (?:[0-9a-fA-F.:]+|-) (?:[0-9a-fA-F.:]+|-) ")
RULES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "account-id": ("cloud.account.id", str),
    "srcaddr": ("source.address", str),
    "dstaddr": ("destination.address", str),
    "srcport": ("source.port", number),
    "dstport": ("destination.port", number),
    "protocol": ("network.iana_number", number),
    "region": ("cloud.region", str),
}


def _read(line: str, _state: str | None) -> str | None:
    words = line.split()
    known = sum(word in NAMES for word in words)
    return " ".join(words) if known >= FEWEST_NAMES and known * 2 > len(words) else None


def _bind(state: str | None) -> Parse:
    columns = (state or VERSION_2).split(" ")
    places = [RULES.get(name) or ("aws.vpc." + name.replace("-", "_"), number) for name in columns]
    times = [columns.index(name) for name in ("end", "start") if name in columns]

    def rows(text: str, _near_ms: int) -> Parsed | None:
        words = text.split()
        if len(words) < len(columns):
            return None
        fields = {name: kind(word) for word, (name, kind) in zip(words, places, strict=False) if word not in ABSENT}
        if len(words) > len(columns):
            fields["extra"] = words[len(columns) :]
        moments = (any_ms(words[place]) for place in times)
        return Parsed(fields, next((moment for moment in moments if moment is not None), None))

    return rows


VERSION_2_ROWS = _bind(None)


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read a record of version 2's fields; None where account, interface and addresses do not stand in their places."""
    return VERSION_2_ROWS(text, near_ms) if START.match(text) else None


FORMAT = Format("vpc_flow", parse, header=Header(_read, _bind))
