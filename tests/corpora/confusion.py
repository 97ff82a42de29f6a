"""Compare what is found in the corpora, and in objects of several formats, with what is there (`make corpora`)."""

import os
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ops.errors import UnreadableError
from ops.parse import parse_records
from ops.summary import Summary
from tests.unit.log_processor.matrices.survey import MATRICES, count_cells, count_fixture_lines

CORPORA = Path(os.environ.get("LOG_CORPORA", Path(__file__).resolve().parents[3] / "shared" / "corpora"))
EXPECTED = tomllib.loads(Path(__file__).with_name("formats.toml").read_text("utf-8"))
ROW = re.compile(r"\| (?P<file>[\w.-]+/\S+) \| (?P<format>\w+) \|")


@dataclass(frozen=True, slots=True)
class Detected:
    """Say of one file what it is, the format detected for it, the format of each of its records, and how it ended."""

    file: str
    right: tuple[str, ...]
    summary: Summary
    ended: str = ""

    @property
    def reason(self) -> str | None:
        """Return why the detected format counts as right; None if it is wrong."""
        if self.summary.format in self.right:
            return ""
        return str(EXPECTED["misdetected"][self.file]) if self.file in EXPECTED["misdetected"] else None


def list_files() -> Iterator[tuple[str, str]]:
    """Yield every file of the corpora's table, with the format that it names."""
    for line in (CORPORA / "README.md").read_text("utf-8").split("\n"):
        if row := ROW.match(line):
            yield row["file"], row["format"]


def get_right_formats(file: str, name: str) -> tuple[str, ...]:
    """Return the formats that a file may be detected as; raise LookupError if the truth names none."""
    for pattern, formats in EXPECTED["files"].items():
        if fnmatchcase(file, pattern):
            return tuple(formats)
    if name not in EXPECTED["names"]:
        raise LookupError(f"{file} is {name}: add to tests/corpora/formats.toml which formats that is")
    return tuple(EXPECTED["names"][name])


def detect_files() -> Iterator[Detected]:
    """Read every file that the table lists."""
    for file, name in list_files():
        summary = Summary(file)
        right, ended = get_right_formats(file, name), ""
        try:
            for _ in parse_records(CORPORA / file, None, summary):
                pass
        except UnreadableError as error:
            ended = str(error).partition(": ")[2]
        yield Detected(file, right, summary, ended)


def format_table(detected: list[Detected]) -> Iterator[str]:
    """Yield rows of true format, detected format, number of files, and formats of their records."""
    rows = Counter((one.right, one.summary.format) for one in detected)
    yield f"{'is':<28} {'detected as':<16} {'files':>5}  records by format"
    for (right, chosen), files in sorted(rows.items()):
        counted: Counter[str] = Counter()
        for one in detected:
            if (one.right, one.summary.format) == (right, chosen):
                counted += one.summary.formats
        counts = " ".join(f"{name} {count:,}" for name, count in counted.most_common())
        yield f"{' or '.join(right):<28} {chosen:<16} {files:>5}  {counts}"


def print_matrices() -> int:
    """Print how much of each matrix is right, and what is given up and why; return how many cells are wrong."""
    wrong = 0
    print(f"{'objects of several formats':<45} {'cells':>6} {'records':>8} {'right':>6}  given up")
    for matrix in MATRICES:
        counts = count_cells(matrix)
        wrong += len(counts.wrong)
        given_up = "; ".join(f"{count:,}: {reason}" for reason, count in counts.given_up.items())
        print(f"{matrix.name:<45} {counts.cells:>6,} {counts.records:>8,} {counts.right:>6,}  {given_up}")
        for one in counts.wrong:
            print(f"WRONG {matrix.name}: {one}")
    begins, count = count_fixture_lines("klog")
    print(f"of {count:,} lines of the fixtures {begins:,} begin a record behind 25 lines of klog")
    return wrong


def main() -> int:
    """Print the tables; return 1 if a file or a cell of a matrix is read as what it is not, and no reason is listed."""
    wrong_cells = print_matrices()
    if not CORPORA.is_dir():
        print(f"no corpora at {CORPORA}: set LOG_CORPORA to where they are", file=sys.stderr)
        return 2
    detected = list(detect_files())
    print("\n".join(format_table(detected)))
    for one in detected:
        if one.ended:
            print(f"{one.file}: {one.ended}")
        if one.reason:
            print(f"{one.file}: read as {one.summary.format}: {one.reason}")
    wrong = [one for one in detected if one.reason is None]
    for one in wrong:
        print(f"WRONG {one.file}: is {' or '.join(one.right)}, detected as {one.summary.format}")
    print(f"{len(detected)} files, {len(wrong)} read as what they are not")
    return int(bool(wrong or wrong_cells))


if __name__ == "__main__":
    sys.exit(main())
