"""Say which arrays of a JSON document hold its records, and which root fields are repeated in each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str, ...]
"""The names that lead from a document's root to a member."""


@dataclass(frozen=True, slots=True)
class RootField:
    """The member at `path`, repeated in each record as the field `name`; if `listed`, as a list of that one value."""

    path: Path
    name: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """The array at `path`, whose elements are the records; each gets the `root_fields` of its document."""

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


def index_by_path(expansions: Iterable[Expansion]) -> Expansions:
    """Return the expansions by the paths of their arrays."""
    return {expansion.path: expansion for expansion in expansions}


USUAL = index_by_path((Expansion(("Records",)), LOG_EVENTS))
"""What is expanded unless a route says otherwise: CloudTrail's files, what has the shape of S3's events, log events."""
