"""Parse AWS CloudTrail digest files, each of which is one document."""

import re

from log_processor.formats.generic import json_lines
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import Column, Format, Parsed
from log_processor.formats.lib.timestamps import parse_any_ms

SIGN = '"digestS3Object"'
MEMBERS = {"awsAccountId", "digestEndTime", "digestS3Object", "logFiles"}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one document; return None if it is no object with an account, an end, an object and a list of files."""
    members = parse_object(text, SIGN)
    if members is None or not members.keys() >= MEMBERS:
        return None
    return Parsed(members | {"cloud.account.id": members["awsAccountId"]}, parse_any_ms(members["digestEndTime"]))


KEY = re.compile(r"(?:^|/)CloudTrail-Digest/")
FORMAT = Format(
    "cloudtrail_digest",
    parse,
    title="AWS CloudTrail digest files, one document each",
    specification="AWS CloudTrail User Guide, CloudTrail digest file structure",
    notes=(
        "The members stand under their own names; `logFiles` is the list of the files that it vouches for. The "
        "record's time is the end of the hour that it covers."
    ),
    schema=(Column("cloud.account.id"),),
    sample=(
        '{"awsAccountId": "123456789012", "digestStartTime": "2026-05-04T09:00:00Z", "digestEndTime": '
        '"2026-05-04T10:00:00Z", "digestS3Bucket": "trail", "digestS3Object": "AWSLogs/…", "logFiles": []}'
    ),
    keeps_members=True,
    embedded=None,
    key=KEY,
    strong=json_lines.build_strong_starts(SIGN.encode()),
    signs=(SIGN,),
)
