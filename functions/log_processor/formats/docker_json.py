r"""Docker's json-file logs: an object a line with text, stream and time (Docker Docs, JSON File logging driver).

Schema: log.iostream (stdout or stderr), message (without its line end), attrs where the driver was told to add them.
Sample: {"log":"started\n","stream":"stdout","time":"2026-05-04T10:00:00.123456789Z"}
"""

from typing import Any

import orjson

from log_processor.formats.base import Format
from log_processor.formats.timestamps import any_ms
from log_processor.record import Parsed

MEMBERS = {"log", "stream", "time"}
KNOWN = MEMBERS | {"attrs"}


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it is not an object of `log`, `stream`, `time` and perhaps `attrs`."""
    if not text.startswith("{") or '"log"' not in text:
        return None
    try:
        members = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not MEMBERS <= members.keys() <= KNOWN or not isinstance(members["log"], str):
        return None
    fields: dict[str, Any] = {"log.iostream": members["stream"], "message": members["log"].rstrip("\r\n")}
    if "attrs" in members:
        fields["attrs"] = members["attrs"]
    return Parsed(fields, any_ms(members["time"]))


FORMAT = Format("docker_json", parse)
