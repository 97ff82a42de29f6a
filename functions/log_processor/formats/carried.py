"""What a log service carries: a message that is a line of another format, read as one."""

from log_processor.formats import (
    access,
    apache_error,
    cloudtrail,
    haproxy,
    java,
    json_lines,
    klog,
    lambda_lines,
    logfmt,
    mysql_error,
    nginx_error,
    postgresql,
    python_logging,
    route53,
    vpc_flow,
    waf,
)
from log_processor.record import Parsed

OBJECTS = (cloudtrail.parse, waf.parse, route53.parse, json_lines.parse)
LINES = (
    lambda_lines.parse,
    access.FORMAT.parse,
    vpc_flow.FORMAT.parse,
    apache_error.FORMAT.parse,
    nginx_error.FORMAT.parse,
    haproxy.FORMAT.parse,
    mysql_error.FORMAT.parse,
    postgresql.FORMAT.parse,
    java.FORMAT.parse,
    klog.FORMAT.parse,
    python_logging.FORMAT.parse,
    logfmt.FORMAT.parse,
)


def carried(message: str, near_ms: int) -> Parsed:
    """The fields, level and time of what `message` says, with `message` itself unless it is a JSON object."""
    message = message.rstrip("\r\n")
    is_object = message.lstrip()[:1] == "{"
    for parse in OBJECTS if is_object else LINES:
        if (parsed := parse(message, near_ms)) is not None:
            return (
                parsed if is_object else Parsed({"message": message} | parsed.fields, parsed.timestamp_ms, parsed.level)
            )
    return Parsed({"message": message})
