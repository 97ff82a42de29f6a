"""Read the fixtures' lines, each with its format and the header line above it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.state import Columns

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "formats"
LAST_MODIFIED_MS = 1_777_881_600_000
"""2026-05-04T08:00:00Z: the last-modified time of every fixture."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of a fixture."""

    case: str
    format: Format
    columns: Columns | None
    line: str


def get_family(known: Format) -> str:
    """Return the family of a format: the folder of its module."""
    return (known.carrier or known).parse.__module__.split(".")[2]


def read_samples(name: str | None = None) -> Iterator[Sample]:
    """Yield every line of the fixtures of the format `name`, or of all formats; header lines too."""
    for path in sorted(FIXTURES.rglob(f"{name or '*'}--*.log")):
        known = BY_NAME[path.stem.partition("--")[0]]
        reader = Reader(known, LAST_MODIFIED_MS)
        for line in path.read_bytes().decode("utf-8", "replace").split("\n"):
            if line.strip():
                yield Sample(path.stem, known, reader.columns, line)
                reader.read(line)
