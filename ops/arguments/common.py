"""Declare the arguments that several commands have, each once."""

from typing import Annotated

from cyclopts import Parameter

TIMES = "15m, 2h, 3d, today, yesterday, or ISO 8601"

AsJson = Annotated[bool, Parameter(name="--json", help="Print JSON for programs, one object a line.")]
TimeZone = Annotated[
    str,
    Parameter(
        name="--tz",
        metavar="ZONE",
        help="The zone in which times are read and printed: UTC, local, or a name such as Europe/Berlin. Default: UTC.",
    ),
]
Yes = Annotated[
    str | None,
    Parameter(
        metavar="NAME", help="The environment's name, such as prod: without it, a protected environment stays as it is."
    ),
]
MaxRead = Annotated[
    str,
    Parameter(
        name="--max-read",
        metavar="SIZE",
        help="Read no more of DynamoDB than this, such as 200MB; what it costs is said before. Default: 1GB.",
    ),
]
DEFAULT_MAX_READ = "1GB"
