"""Amazon S3 server access logs (Amazon S3 User Guide, Server access log format).

Schema: aws.s3.bucket_owner, aws.s3.bucket, client.address, user.name (the requester), aws.request_id,
aws.s3.operation, aws.s3.key, http.request.method, url.path, url.query, network.protocol.version,
http.response.status_code, error.type, http.response.body.size (bytes), aws.s3.object_size (bytes),
aws.s3.total_time_ms, aws.s3.turn_around_time_ms, http.request.header.referer, user_agent.original, tls.cipher,
tls.protocol.version, server.address, aws.s3.* for the rest; `extra` for fields that AWS adds.
Sample: 79a59df900b949e5 bucket [04/May/2026:10:00:00 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3 REST.GET.OBJECT
a.txt "GET /a.txt HTTP/1.1" 200 - 7 7 5 4 "-" "curl" -
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.timestamps import clf_ms
from log_processor.formats.tokens import Layout, Rule, number, put_request
from log_processor.record import Parsed

START = re.compile(
    r"\S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ \S+ \S+ [A-Z0-9]+\.[A-Z0-9_.-]+ "
)
FEWEST = 17
RULES: tuple[Rule | None, ...] = (
    ("aws.s3.bucket_owner", str),
    ("aws.s3.bucket", str),
    None,
    ("client.address", str),
    ("user.name", str),
    ("aws.request_id", str),
    ("aws.s3.operation", str),
    ("aws.s3.key", str),
    None,
    ("http.response.status_code", number),
    ("error.type", str),
    ("http.response.body.size", number),
    ("aws.s3.object_size", number),
    ("aws.s3.total_time_ms", number),
    ("aws.s3.turn_around_time_ms", number),
    ("http.request.header.referer", str),
    ("user_agent.original", str),
    ("aws.s3.version_id", str),
    ("aws.extended_request_id", str),
    ("aws.s3.signature_version", str),
    ("tls.cipher", str),
    ("aws.s3.authentication_type", str),
    ("server.address", str),
    ("tls.protocol.version", str),
    ("aws.s3.access_point_arn", str),
    ("aws.s3.acl_required", str),
)
LAYOUT = Layout(START, FEWEST, RULES)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time in third place, no operation, or fewer than 17 fields."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    found, fields = row
    put_request(fields, found[8])
    return Parsed(fields, clf_ms(found[2]))


FORMAT = Format("s3_access", parse)
