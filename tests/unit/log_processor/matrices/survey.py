"""List the matrices, each with its cells and those of them that are given up, and count the cells that are right."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.support.fixtures import LAST_MODIFIED_MS, Sample, read_samples
from tests.unit.log_processor.matrices import given_up, matrices
from tests.unit.log_processor.matrices.blocks import BANNERS
from tests.unit.log_processor.matrices.bodies import JOINED, KINDS, LEADING, Cell, list_faults, read_body

BANNER_COUNTS = (1, 5, 19, 20, 40)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix: the names of its rows, its cells by row, and what is given up of a row by column, with the reason.

    `all_rows` are those that `make corpora` counts if the tests try fewer of them.
    """

    name: str
    rows: Sequence[str]
    build: Callable[[str], Iterator[Cell]]
    list_given_up: Callable[[str], dict[str, str]] = lambda _row: {}
    all_rows: Sequence[str] = ()


def _list_nested(firsts: Sequence[str], carriers: Sequence[str]) -> list[str]:
    return [f"{carrier} {first}" for carrier in carriers for first in firsts]


FIRSTS = ("json_lines", "java", "klog")
BANNER_ROWS = [f"{banner} {count}" for banner in BANNERS for count in BANNER_COUNTS]
ALL_BANNER_ROWS = [f"{banner} {count}" for banner in BANNERS for count in range(1, 41)]
MATRICES = (
    Matrix("behind another format", list(KINDS), matrices.build_pairs, given_up.list_pairs),
    Matrix("alternating with another format", list(KINDS), matrices.build_alternations, given_up.list_pairs),
    Matrix("traces behind another format", list(KINDS), matrices.build_tails, given_up.list_tails),
    Matrix(
        "plain lines of records behind another format",
        list(KINDS),
        matrices.build_unsigned_tails,
        given_up.list_unsigned_tails,
    ),
    Matrix("below a banner", BANNER_ROWS, matrices.build_banners, all_rows=ALL_BANNER_ROWS),
    Matrix("below a banner of 60 KiB", ["npm"], matrices.build_long_banners, all_rows=list(BANNERS)),
    Matrix(
        "in messages",
        _list_nested(FIRSTS, list(matrices.WRAPPERS)),
        matrices.build_nested,
        all_rows=_list_nested(matrices.INNER, list(matrices.WRAPPERS)),
    ),
    Matrix(
        "traces in messages",
        _list_nested(FIRSTS, matrices.CONTAINERS),
        matrices.build_nested_tails,
        all_rows=_list_nested(matrices.INNER, matrices.CONTAINERS),
    ),
    Matrix("what stays in a record", JOINED, matrices.build_counters, given_up.list_counters),
    Matrix("what a route joins", [row for row in JOINED if row not in given_up.PRINTING], matrices.build_joining_all),
    Matrix("hard cases", sorted(matrices.HARD_CASES), matrices.build_hard_cases, given_up.list_hard_cases),
)
"""The matrices in the order in which they are printed."""


@dataclass(slots=True)
class Counts:
    """Count the cells of a matrix, the records in them, and the cells that are right; what is not is listed."""

    cells: int = 0
    records: int = 0
    right: int = 0
    given_up: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def judge_row(matrix: Matrix, row: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the faults of a row that are not given up, and the cells that are given up without a fault."""
    faults, listed = list_faults(matrix.build(row)), matrix.list_given_up(row)
    outdated = {column: reason for column, reason in listed.items() if column not in faults}
    return {column: fault for column, fault in faults.items() if column not in listed}, outdated


def count_cells(matrix: Matrix) -> Counts:
    """Return the counts of all rows of a matrix."""
    counts = Counts()
    for row in matrix.all_rows or matrix.rows:
        cells = list(matrix.build(row))
        faults, outdated = judge_row(matrix, row)
        listed = matrix.list_given_up(row)
        counts.cells += len(cells)
        counts.records += sum(len(cell.records) for cell in cells)
        counts.right += len(cells) - len(faults) - len(listed)
        for reason in listed.values():
            counts.given_up[reason] = counts.given_up.get(reason, 0) + 1
        counts.wrong += [f"{row} / {column}: {fault}" for column, fault in faults.items()]
        counts.wrong += [f"{row} / {column} is right, but listed: {reason}" for column, reason in outdated.items()]
    return counts


def count_fixture_lines(row: str) -> tuple[int, int]:
    """Return how many lines of the fixtures begin a record behind 25 records of `row`, and how many lines there are.

    Lines of `row` itself and rows below a header line are not counted: what they are is said by what stands above them.
    """
    first, begins, count = KINDS[row], 0, 0
    for sample in read_samples():
        if sample.format.name in {row, "mixed", "text"} or sample.columns or not is_read_by_own_format(sample):
            continue
        stored = read_body(first.write(LEADING) + f"{sample.line}\n" + first.write(2))
        count += 1
        begins += len(stored) == LEADING + 3
    return begins, count


def is_read_by_own_format(sample: Sample) -> bool:
    """Tell whether a line of a fixture is of the format under whose name it stands."""
    return sample.format.parse(sample.line, LAST_MODIFIED_MS) is not None
