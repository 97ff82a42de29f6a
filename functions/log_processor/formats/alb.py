"""Application Load Balancer access logs (Elastic Load Balancing User Guide, Access log entries).

Schema: network.protocol.name (http, https, h2, grpcs, ws, wss), aws.elb.name, client.*, aws.elb.target.* (address,
port), aws.elb.{request,target,response}_processing_time_s (-1: not sent on), http.response.status_code,
aws.elb.target_status_code, http.{request,response}.size (bytes), http.request.method, url.full, url.path, url.query,
network.protocol.version, user_agent.original, tls.cipher, tls.protocol.version, aws.elb.* for the rest; `extra` for
fields that AWS adds.
Sample: http 2026-05-04T10:00:00.186641Z app/lb/50dc6c49 192.0.2.1:2817 10.0.0.1:80 0.0 0.001 0.0 200 200 34 366 "GET
http://h:80/ HTTP/1.1" "curl" - -
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.tokens import Layout, Rule, number, put_address, put_request
from log_processor.record import Parsed

START = re.compile(r"(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ")
FEWEST = 16
RULES: tuple[Rule | None, ...] = (
    ("network.protocol.name", str),
    None,
    ("aws.elb.name", str),
    None,
    None,
    ("aws.elb.request_processing_time_s", number),
    ("aws.elb.target_processing_time_s", number),
    ("aws.elb.response_processing_time_s", number),
    ("http.response.status_code", number),
    ("aws.elb.target_status_code", number),
    ("http.request.size", number),
    ("http.response.size", number),
    None,
    ("user_agent.original", str),
    ("tls.cipher", str),
    ("tls.protocol.version", str),
    ("aws.elb.target_group_arn", str),
    ("aws.elb.trace_id", str),
    ("server.address", str),
    ("aws.elb.chosen_cert_arn", str),
    ("aws.elb.matched_rule_priority", number),
    ("aws.elb.request_creation_time", str),
    ("aws.elb.actions_executed", str),
    ("aws.elb.redirect_url", str),
    ("error.type", str),
    ("aws.elb.target_list", str),
    ("aws.elb.target_status_code_list", str),
    ("aws.elb.classification", str),
    ("aws.elb.classification_reason", str),
    ("aws.elb.connection_trace_id", str),
    ("aws.elb.transformed_host", str),
    ("aws.elb.transformed_uri", str),
    ("aws.elb.transform_status", str),
)
LAYOUT = Layout(START, FEWEST, RULES)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it does not start as an entry or has fewer than 16 fields."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    found, fields = row
    put_address(fields, "client", found[3])
    put_address(fields, "aws.elb.target", found[4])
    put_request(fields, found[12])
    return Parsed(fields, iso_ms(found[1]))


FORMAT = Format("alb", parse)
