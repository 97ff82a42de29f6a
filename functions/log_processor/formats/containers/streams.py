"""Tell which lines of containers belong together: streams, partial lines and traces of CRI and Docker's json-file.

Both are recognised in every line, whichever of the two was chosen for the object: a node that changed its runtime has
both.
"""

import re

from log_processor.formats.lib.format import StreamLine
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.traces import CONTINUES

CRI = compile_lazily(rb"\d{4}-\d\d-\d\dT[\d:.Z+-]{9,24} (stdout|stderr) (?:([FP])(?::[\w:]*)?(?: |$))?(?=(.?))")
DOCKER = re.compile(rb'\{"log": ?"(?=(\\r|\\n|"|))')
STREAM = re.compile(rb', ?"stream": ?"(stdout|stderr)"')
MEMBERS_BEHIND = (b',"stream":', b', "stream":', b',"time":', b', "time":', b',"attrs":')
ALONE = StreamLine(b"", begins_event=True, partial=False)
CONTINUING = StreamLine(b"", begins_event=False, partial=False)


def read_stream_line(line: bytes) -> StreamLine:
    """Return what joins `line` to other lines.

    A line begins an event if its text is neither empty nor part of a trace. Lines of neither runtime are a stream of
    their own.
    """
    if line.startswith(b"{"):
        return _read_docker_line(line)
    head = CRI.match(line)
    if head is None:
        return read_other_line(line)
    stream, tag, sign = head.groups()
    begins_event = bool(sign) and CONTINUES.match(line, head.end()) is None
    return StreamLine(stream, begins_event, tag == b"P")


def read_other_line(line: bytes) -> StreamLine:
    """Return what joins a line that no container wrote to others: lines of a trace continue an event."""
    return CONTINUING if CONTINUES.match(line) else ALONE


def _read_docker_line(line: bytes) -> StreamLine:
    """Return what joins a line of Docker's json-file to other lines.

    A text without a line end at its end is partial. A line that does not begin with `log`, as Docker's do, stands
    alone.
    """
    head = DOCKER.match(line)
    if head is None:
        return ALONE
    end = next((end for name in MEMBERS_BEHIND if (end := line.rfind(name)) > 0), len(line.rstrip(b" }\r")))
    stream = STREAM.match(line, end)
    ended = line.endswith(b'\\n"', 0, end) and _count_backslashes(line, end - 3) % 2 == 0
    begins_event = not head[1] and CONTINUES.match(line, head.end()) is None
    return StreamLine(b"docker " + (stream[1] if stream else b""), begins_event, not ended)


def _count_backslashes(line: bytes, stop: int) -> int:
    """Return how many backslashes stand right before `stop`."""
    return stop - len(line[:stop].rstrip(b"\\"))
