"""Kubernetes components' logs (klog and glog header format).

Schema: severity_text (I, W, E, F), process.pid (thread or process), code.file.path, code.line.number, message.
Sample: I0504 10:00:00.123456    1234 server.go:42] started
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import yearless_ms
from log_processor.record import Parsed

LINE = re.compile(
    r"([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{1,9}) +(\d{1,18}) ([^\s:\]]+):(\d{1,18})\] ?(.*)", re.DOTALL
)


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one line; None where it has no klog header."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    severity, month, day, clock, pid, path, line, message = match.groups()
    fields = {
        "severity_text": severity,
        "process.pid": int(pid),
        "code.file.path": path,
        "code.line.number": int(line),
        "message": message,
    }
    return Parsed(fields, yearless_ms(f"{month}-{day}T{clock}", near_ms), level_of(severity))


STARTS = re.compile(rb"[IWEF]\d{4} \d\d:")
FORMAT = Format("klog", parse, starts=STARTS)
