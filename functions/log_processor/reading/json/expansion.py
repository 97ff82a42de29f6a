"""Which member of a JSON document holds the records, and which of the members around it are repeated in each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str, ...]
"""The names that lead from a document's root to a member."""


@dataclass(frozen=True, slots=True)
class RootField:
    """The member at `path`, repeated in every record as the field `name`; as a list of one where it is `listed`."""

    path: Path
    name: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """The elements of the array at `path` are the records; each has the `root_fields` of its document."""

    path: Path
    root_fields: tuple[RootField, ...] = ()


Expansions = Mapping[Path, Expansion]
LOG_EVENTS = Expansion(
    ("logEvents",),
    (
        RootField(("owner",), "cloud.account.id"),
        RootField(("logGroup",), "aws.log.group.names", listed=True),
        RootField(("logStream",), "aws.log.stream.names", listed=True),
    ),
)
"""CloudWatch Logs' subscription payloads, with the names of OpenTelemetry's AWS resource conventions."""


def by_path(expansions: Iterable[Expansion]) -> Expansions:
    """The expansions by the paths of their arrays."""
    return {one.path: one for one in expansions}


USUAL = by_path((Expansion(("Records",)), LOG_EVENTS))
"""What is taken apart without a route: CloudTrail's files, what has the shape of S3's events, and log events."""
