"""Parse flow logs of VPCs and transit gateways."""

import re
from string import digits

from log_processor.formats.aws.flow_fields import COUNTS, LAYOUTS, NAMES, ORDINARY, VERSION_2
from log_processor.formats.aws.flow_usual import build_usual_parser
from log_processor.formats.lib.format import (
    LOG_SERVICE,
    MEMBER,
    Column,
    Embedded,
    Format,
    HeaderLines,
    Parse,
    Parsed,
    list_columns,
)
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.rows import CellRule, convert_words
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.lib.tokens import MAX_DIGITS
from log_processor.state import Columns

MIN_NAMES = 3
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


def _read_columns(line: str, _columns: Columns | None) -> Columns | None:
    """Return the columns of a header line, or None for any other line.

    A header line meets all of these conditions:

    - It does not begin with a digit.
    - It has at least three different names of fields.
    - These are more than half of its words.
    - One of them is no ordinary word: `start end action` is no header line.

    Custom formats and tables write `${account-id}` or `account_id` for `account-id`. A word that is no known name stays
    a column. For example, `version account_id ${srcaddr} foo` names `version account-id srcaddr foo`.
    """
    if line[:1].isdecimal():
        return None  # a record: no name begins with a digit
    words = line.replace("${", "").replace("}", "").replace("_", "-").split()
    known = NAMES.intersection(words)
    named = len(known) >= MIN_NAMES and len(known) * 2 > len(words) and not known <= ORDINARY
    return Columns(" ".join(words)) if named else None


def _bind(columns: Columns | None) -> Parse:
    if not columns or not columns.names:
        return parse
    names = columns.names.split(" ")
    parse_usual, parse_row = _build_usual_parser(names), _build_parser(names, len(names))
    return lambda text, last_modified_ms: parse_usual(text, last_modified_ms) or parse_row(text, last_modified_ms)


def _build_usual_parser(columns: list[str]) -> Parse:
    return build_usual_parser(columns, [_choose_rule(name)[0] for name in columns])


def _build_parser(columns: list[str], min_words: int) -> Parse:
    rules = [_choose_rule(name) for name in columns]
    times = [columns.index(name) for name in ("end", "start") if name in columns]

    def parse_row(text: str, _last_modified_ms: int) -> Parsed | None:
        words = text.split()
        if len(words) < min_words:
            return None
        try:
            fields = convert_words(words, rules)
        except ValueError:
            return None  # a word where a count belongs: another line
        moments = (parse_any_ms(words[position]) for position in times)
        return Parsed(fields, next((moment for moment in moments if moment is not None), None))

    return parse_row


def _choose_rule(name: str) -> CellRule:
    own = OWN_NAMES.get(name) or "aws.vpc." + name.replace("-", "_")
    if name in COUNTS.split():
        return own, _parse_count
    return own, None if name in NAMES else parse_number


def _parse_count(word: str) -> int | float | str:
    """Return a count, as `parse_number` does; raise ValueError if the word is not of digits, or of too many."""
    if len(word) > MAX_DIGITS or not word.isdecimal():
        raise ValueError(f"{word[:MAX_DIGITS]}… is no count")
    return parse_number(word)


PARSE_USUAL = _build_usual_parser(VERSION_2.split())
READERS = tuple((re.compile(start), _build_parser(columns.split(), min_words)) for start, columns, min_words in LAYOUTS)


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a record of a layout that AWS documents.

    Return None if in no layout version, account and interface are in their columns.
    """
    if (usual := PARSE_USUAL(text, last_modified_ms)) is not None:
        return usual
    return parse_any(text, last_modified_ms)


def parse_any(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a record of any of these layouts, usual or not."""
    for start, parse_row in READERS:
        if start.match(text) is not None:
            return parse_row(text, last_modified_ms)
    return None


KEY = re.compile(r"(?:^|/)vpcflowlogs/")
FORMAT = Format(
    "vpc_flow",
    parse,
    title="VPC and transit gateway flow logs",
    specification="Amazon VPC User Guide, Flow log records; Transit Gateways, Flow log records",
    notes=(
        "Header-driven: the first line of an S3 file names the fields, in any order and choice; without it, a "
        "record is recognised if it has the 14 fields of version 2 (and those of later ones behind them), the "
        "default ones of a transit gateway, or those of the guide's examples. The record's time is `end`, in "
        "seconds since 1970, or `start`."
    ),
    schema=(
        *list_columns(
            "aws.vpc.version cloud.account.id aws.vpc.interface_id source.address source.port "
            "destination.address destination.port network.iana_number aws.vpc.packets",
        ),
        Column("aws.vpc.bytes", "bytes"),
        *list_columns("aws.vpc.start aws.vpc.end", "s since 1970"),
        Column("aws.vpc.action"),
        Column("aws.vpc.log_status", note="OK, NODATA, SKIPDATA"),
        *list_columns("cloud.region aws.ecs.cluster.arn aws.ecs.task.arn aws.ecs.task.id container.id"),
        Column("aws.vpc.*", note="the fields of later versions and of transit gateways"),
        Column("extra", note="more words than fields"),
    ),
    sample="2 123456789012 eni-0a1b2c3d 192.0.2.1 10.0.0.1 443 49152 6 10 840 1777888800 1777888860 ACCEPT OK",
    embedded=Embedded(LOG_SERVICE | MEMBER, digits),
    header_lines=HeaderLines(_read_columns, _bind),
    key=KEY,
)
