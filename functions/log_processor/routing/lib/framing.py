"""Join the messages of a record's lines, each behind what a container runtime wrote before it."""

import re

from log_processor.routing.lib.escapes import ESCAPE, add_decoded, decode_escape
from log_processor.routing.lib.views import STRING_BODY, Span, View, ViewBuilder

CRI = re.compile(rb"\S{1,64} (?:stdout|stderr)(?: ([FP])(?::[\w:]*)?)?(?: |$)")
COMPOSE = re.compile(rb"[A-Za-z0-9][\w.-]{0,127} {1,128}\|(?: |$)(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}Z )?")
DOCKER = re.compile(rb'\{"log": ?"(' + STRING_BODY + rb")", re.DOTALL)
JOINED_FORMATS = frozenset({"cri", "docker_json", "compose"})


def join_messages(view: View, format_name: str) -> View:
    """Return the view of what an application wrote, over all the lines of a record.

    The two halves of a value that a runtime cut are one in it.
    """
    builder, position, is_partial = ViewBuilder(view), 0, True
    for line in view.data.split(b"\n"):
        end = position + len(line)
        if not is_partial:
            builder.add_escape(b"\n", position, position)
        if format_name == "docker_json":
            is_partial = True  # the text itself has the line end
            _add_docker_message(builder, (position, end))
        else:
            head = (CRI if format_name == "cri" else COMPOSE).match(view.data, position, end)
            is_partial = format_name == "cri" and head is not None and head[1] == b"P"
            builder.add_run(head.end() if head else position, end)
        position = end + 1
    return builder.build(b'\\"' if format_name == "docker_json" else b'"', b"\\")


def _add_docker_message(builder: ViewBuilder, line: Span) -> None:
    match = DOCKER.match(builder.data, *line)
    if match is None:
        builder.add_run(*line)
    else:
        add_decoded(builder, match.span(1), ESCAPE, decode_escape)
