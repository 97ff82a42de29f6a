"""VPC and transit gateway flow logs (Amazon VPC User Guide, Flow log records; Transit Gateways, Flow log records).

Header-driven: the first line of an S3 file names the fields, in any order and choice; without it, the 14 of version 2
count, or the default ones of a transit gateway. The record's time is `end`, in seconds since 1970, or `start`.
Schema: aws.vpc.version, cloud.account.id, aws.vpc.interface_id, source.address, source.port, destination.address,
destination.port, network.iana_number, aws.vpc.packets, aws.vpc.bytes, aws.vpc.start, aws.vpc.end, aws.vpc.action,
aws.vpc.log_status (OK, NODATA, SKIPDATA), cloud.region, aws.ecs.{cluster.arn,task.arn,task.id}, container.id,
aws.vpc.* for the fields of later versions and of transit gateways; `extra` for more words than fields.
Sample: 2 123456789012 eni-0a1b2c3d 192.0.2.1 10.0.0.1 443 49152 6 10 840 1777888800 1777888860 ACCEPT OK
"""

import re

from log_processor.formats.base import Format, Header, Parse
from log_processor.formats.rows import Rule, typed
from log_processor.formats.timestamps import any_ms
from log_processor.formats.tokens import MOST_DIGITS, number
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
TRANSIT_GATEWAY = (
    "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id "
    "tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id "
    "tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status "
    "type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags "
    "region flow-direction pkt-src-aws-service pkt-dst-aws-service"
)
NAMES = frozenset(f"{VERSION_2} {LATER} {TRANSIT_GATEWAY}".split())
ORDINARY = frozenset({"version", "protocol", "packets", "bytes", "start", "end", "action", "type", "region"})
COUNTS = (
    "version srcport dstport protocol packets bytes start end tcp-flags traffic-path encryption-status "
    "packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired"
)
FEWEST_NAMES = 3
START = re.compile(
    r"\d{1,2} (?:(?:\d{12}|unknown|-) (?:eni-[0-9a-f]+|-) (?:[0-9a-fA-F.:]+|-) (?:[0-9a-fA-F.:]+|-)"
    r"|(TransitGateway) (?:\d{12}|unknown|-) (?:tgw-[0-9a-f]+|-)) "
)
OWN_NAMES = {
    "account-id": "cloud.account.id",
    "srcaddr": "source.address",
    "dstaddr": "destination.address",
    "srcport": "source.port",
    "dstport": "destination.port",
    "protocol": "network.iana_number",
    "region": "cloud.region",
    "ecs-cluster-arn": "aws.ecs.cluster.arn",
    "ecs-container-id": "container.id",
    "ecs-task-arn": "aws.ecs.task.arn",
    "ecs-task-id": "aws.ecs.task.id",
}


def _read(line: str, _state: str | None) -> str | None:
    """Also takes names as a custom format or a table has them: `${account-id}`, `account_id`."""
    if line[:1].isdecimal():
        return None  # a record: no name begins with a digit
    words = line.replace("${", "").replace("}", "").replace("_", "-").split()
    known = NAMES.intersection(words)
    named = len(known) >= FEWEST_NAMES and len(known) * 2 > len(words) and not known <= ORDINARY
    return " ".join(words) if named else None


def _bind(state: str | None) -> Parse:
    return _rows(state.split(" ")) if state else parse


def _rows(columns: list[str]) -> Parse:
    rules = [_rule(name) for name in columns]
    times = [columns.index(name) for name in ("end", "start") if name in columns]

    def rows(text: str, _near_ms: int) -> Parsed | None:
        words = text.split()
        if len(words) < len(columns):
            return None
        try:
            fields = typed(words, rules)
        except ValueError:
            return None  # a word where a count belongs: another line
        moments = (any_ms(words[place]) for place in times)
        return Parsed(fields, next((moment for moment in moments if moment is not None), None))

    return rows


def _rule(name: str) -> Rule:
    own = OWN_NAMES.get(name) or "aws.vpc." + name.replace("-", "_")
    if name in COUNTS.split():
        return own, _count
    return own, None if name in NAMES else number


def _count(word: str) -> int:
    if len(word) > MOST_DIGITS:
        raise ValueError(f"{word[:MOST_DIGITS]}… is no count")
    return int(word)


VERSION_2_ROWS, TRANSIT_GATEWAY_ROWS = _rows(VERSION_2.split()), _rows(TRANSIT_GATEWAY.split())


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read a record of the default fields; None where it does not start with version, account and interface."""
    start = START.match(text)
    if start is None:
        return None
    return (TRANSIT_GATEWAY_ROWS if start[1] else VERSION_2_ROWS)(text, near_ms)


FORMAT = Format("vpc_flow", parse, header=Header(_read, _bind))
