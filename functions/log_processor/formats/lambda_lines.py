r"""What AWS Lambda writes to CloudWatch Logs in its text format (AWS Lambda Developer Guide, log formats and streams).

The platform's own lines (`START`, `END`, `REPORT`, `INIT_START`), and what the Node.js and Python runtimes put before
a message. They stand in log events, and are no format of an object.

Schema: faas.invocation_id; message (what stands behind the runtime's words); severity_text; of a report duration_ms,
billed_duration_ms, init_duration_ms, memory_size_mb, max_memory_used_mb.
Sample: REPORT RequestId: 00000000-0000-4000-8000-000000000001\tDuration: 2.5 ms\tBilled Duration: 3 ms
"""

import re
from typing import Any

from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.tokens import number
from log_processor.record import Parsed

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PLATFORM = re.compile(rf"(?:START|END|REPORT) RequestId: ({ID})")
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
NODE = re.compile(rf"({STAMP})\t({ID}|undefined)\t([A-Z]{{4,5}})\t(.*)", re.DOTALL)
PYTHON = re.compile(rf"\[([A-Z]{{4,8}})\]\t({STAMP})\t({ID})?\t(.*)", re.DOTALL)
MEASURES = {
    "Duration": "duration_ms",
    "Billed Duration": "billed_duration_ms",
    "Init Duration": "init_duration_ms",
    "Restore Duration": "restore_duration_ms",
    "Memory Size": "memory_size_mb",
    "Max Memory Used": "max_memory_used_mb",
}
MEASURE = re.compile(r"\t(" + "|".join(MEASURES) + r"): (\d{1,18}(?:\.\d{1,9})?) (?:ms|MB)")


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one message; None where neither the platform nor a runtime wrote it."""
    if platform := PLATFORM.match(text):
        measures = {MEASURES[name]: number(value) for name, value in MEASURE.findall(text)}
        return Parsed({"faas.invocation_id": platform[1], **measures})
    if node := NODE.match(text):
        return _said(node[4], node[1], node[2], node[3])
    if python := PYTHON.match(text):
        return _said(python[4], python[2], python[3], python[1])
    return None


def _said(message: str, stamp: str, invocation: str | None, severity: str) -> Parsed:
    fields: dict[str, Any] = {"message": message, "severity_text": severity}
    if invocation and invocation != "undefined":
        fields["faas.invocation_id"] = invocation
    return Parsed(fields, iso_ms(stamp), level_of(severity))
