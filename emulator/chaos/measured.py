"""Compare what the function's metrics say of each range with its ledger row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from emulator.aws.embedded_format import EmbeddedFormatError, parse_document, read_values
from emulator.verify.account import DynamoItem

COUNTS = {
    "RecordsRead": "read",
    "RecordsStored": "stored",
    "RecordsFiltered": "filtered",
    "RecordsRejected": "rejected",
    "TextFallbacks": "text_fallbacks",
    "BytesRead": "bytes",
}
"""The attribute of a row that each metric of records equals."""
FINAL = frozenset({"done", "continued"})
SEPARATING = ("killed_before", "killed_after", "killed_by_deploy", "trickled")
"""The faults after which an attempt may not learn, or not live to say, that the ledger took its word."""
MAX_SHOWN = 4
Range = tuple[str, str]
"""An object, and the key of a range of it in the ledger."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the documents in a log say: the values of each range by attribute, once for each time it was counted.

    `refused` says of each document that CloudWatch would not accept what is wrong in it.
    """

    counted: Mapping[Range, list[dict[str, int]]]
    refused: list[str]


def read_measured(log: str) -> Measured:
    """Return what the documents in the text of the function's log say."""
    counted: defaultdict[Range, list[dict[str, int]]] = defaultdict(list)
    refused: list[str] = []
    for line in log.split("\n"):
        document = parse_document(line)
        if document is None:
            continue
        try:
            read_values(line)
        except EmbeddedFormatError as error:
            refused.append(f"a document of metrics is wrong: {error}")
        if "RecordsRead" in document:
            values = {attribute: document[metric] for metric, attribute in COUNTS.items()}
            counted[document["object"], document["range"]].append(values)
    return Measured(counted, refused)


def count_separating(faults: Mapping[str, int]) -> int:
    """Return how many of a run's faults may have left a row without metrics."""
    return sum(count for kind, count in faults.items() if kind.endswith(SEPARATING))


def find_wrong_metrics(rows: Iterable[DynamoItem], measured: Measured, excused: int) -> Iterator[str]:
    """Yield a problem for each range that is counted otherwise than its row says, or more than once.

    A final row without metrics is one too, if there are more of those than `excused`.
    """
    yield from measured.refused
    wrong, missing = [], 0
    for row in rows:
        if row["status"]["S"] not in FINAL:
            continue
        own = measured.counted.get((row["object"]["S"], row["range"]["S"]), [])
        expected = {attribute: int(row.get(attribute, {}).get("N", 0)) for attribute in COUNTS.values()}
        missing += not own
        if own and own != [expected]:
            wrong.append(f"{row['object']['S']} {row['range']['S']}: metrics say {own}, the ledger says {expected}")
    if wrong:
        yield f"{len(wrong)} ranges are measured otherwise than the ledger says: {'; '.join(wrong[:MAX_SHOWN])}"
    if missing > excused:
        yield f"{missing} finished ranges have no metrics, which {excused} faults explain at most"
