"""What a log service carries: a message that is a line of another format, AWS's own among them, read as one."""

from log_processor.formats.aws import api_gateway, aws_lambda, cloudtrail, route53, route53_public, vpc_flow, waf
from log_processor.formats.containers import inner
from log_processor.formats.lib.format import Parsed

OBJECTS = (cloudtrail.parse, waf.parse, route53.parse, api_gateway.parse)
LINES = (aws_lambda.parse, vpc_flow.parse, route53_public.parse)


def carried(message: str, near_ms: int) -> Parsed | None:
    """What `message` says, with the whole of it as `message` where it names none; None where no format reads it."""
    message = message.rstrip("\r\n")
    is_object = message[:1] == "{"
    for parse in OBJECTS if is_object else LINES:
        if (parsed := parse(message, near_ms)) is not None:
            break
    else:
        _, parsed = inner.read(message, near_ms) or (None, None)
    if parsed is not None and not is_object:
        parsed.fields.setdefault("message", message)
    return parsed
