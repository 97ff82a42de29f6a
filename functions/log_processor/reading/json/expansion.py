"""Say which arrays of a JSON document hold its records, and which root fields are repeated in each of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str, ...]
"""The names that lead from a document's root to a member."""


@dataclass(frozen=True, slots=True)
class RootField:
    """The member at `path`, repeated in each record as the field `name`.

    If `listed`, the field is a list of that one value. A member without a `name` is a list of OTLP's attributes: each
    is a field under its own key.
    """

    path: Path
    name: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """The array at `path`, whose elements are the records; each gets the `root_fields` of its document.

    If `nested`, each member on the way is an array too, each of whose objects has the next member. A root field then
    counts for the records of the object in which it stands. The array is expanded only if its first element is an
    object with all `names`, and with one of `other_names` if there are any.
    """

    path: Path
    root_fields: tuple[RootField, ...] = ()
    nested: bool = False
    names: frozenset[str] = frozenset()
    other_names: frozenset[str] = frozenset()

    def accepts(self, names: Collection[str]) -> bool:
        """Tell whether the array is expanded, if its first element has the members `names`."""
        return self.names.issubset(names) and not (self.other_names and self.other_names.isdisjoint(names))


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
LOG_RECORDS = Expansion(
    ("resourceLogs", "scopeLogs", "logRecords"),
    (
        RootField(("resourceLogs", "resource", "attributes"), ""),
        RootField(("resourceLogs", "scopeLogs", "scope", "name"), "otel.scope.name"),
        RootField(("resourceLogs", "scopeLogs", "scope", "version"), "otel.scope.version"),
    ),
    nested=True,
)
"""Batches of OpenTelemetry's logs (OTLP, JSON Protobuf Encoding), with the names that its conventions give scopes."""
AZURE_RECORDS = Expansion(
    ("records",),
    names=frozenset({"time"}),
    other_names=frozenset({"operationName", "category", "resourceId", "level", "properties"}),
)
"""Batches of Azure Monitor's resource logs, as storage accounts and event hubs get them."""
CONFIGURATION_ITEMS = Expansion(
    ("configurationItems",),
    (RootField(("configSnapshotId",), "configSnapshotId"),),
    names=frozenset({"configurationItemCaptureTime"}),
)
"""AWS Config's snapshots and histories."""
FETCHED_EVENTS = Expansion(("events",), names=frozenset({"timestamp", "message", "ingestionTime"}))
"""What CloudWatch Logs answers who asks for events, such as `aws logs filter-log-events`."""
FETCHED_ENTRIES = Expansion(
    ("entries",),
    names=frozenset({"logName", "timestamp"}),
    other_names=frozenset({"textPayload", "jsonPayload", "protoPayload"}),
)
"""What Cloud Logging answers who asks for entries."""
FINDINGS = Expansion(("Findings",), names=frozenset({"SchemaVersion", "CreatedAt"}))
"""What Security Hub and GuardDuty answer who asks for findings."""


def index_by_path(expansions: Iterable[Expansion]) -> Expansions:
    """Return the expansions by the paths of their arrays."""
    return {expansion.path: expansion for expansion in expansions}


USUAL = index_by_path(
    (
        Expansion(("Records",)),
        *(LOG_EVENTS, LOG_RECORDS, AZURE_RECORDS, CONFIGURATION_ITEMS, FETCHED_EVENTS, FETCHED_ENTRIES, FINDINGS),
    )
)
"""What is expanded unless a route says otherwise.

CloudTrail's files, what has the shape of S3's events, and the batches above.
"""
