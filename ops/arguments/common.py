"""Declare the arguments that several commands have, each once."""

from typing import Annotated

from cyclopts import Parameter

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
MAX_READ = Parameter(
    name="--max-read",
    metavar="SIZE",
    help="Read no more of DynamoDB and S3 than this, such as 200MB; what it costs is said before. Default: 1GB.",
)
MaxRead = Annotated[str, MAX_READ]
DEFAULT_MAX_READ = "1GB"
