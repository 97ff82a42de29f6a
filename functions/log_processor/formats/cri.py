"""Container runtime logs (Kubernetes CRI logging format): time, stream, tag, text.

Schema: log.iostream (stdout or stderr), logtag (F full, P partial), message.
Sample: 2026-05-04T10:00:00.123456789Z stdout F started
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP]) ?(.*)", re.DOTALL
)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time, stream and tag."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    time, stream, tag, message = match.groups()
    return Parsed({"log.iostream": stream, "logtag": tag, "message": message}, iso_ms(time))


FORMAT = Format("cri", parse)
