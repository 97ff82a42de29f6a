"""The table says of each row whether its goal is reached, and a row without figures misses it."""

import json
from pathlib import Path

import pytest

from benchmarks import table
from benchmarks.chart import draw_chart
from benchmarks.function import process_object, start_function
from benchmarks.paces import OBJECTS, measure_pace, zip_plain_code
from benchmarks.rows import ROWS, Figures, Row, Sizes
from benchmarks.stub import Stub
from benchmarks.table import Result


def make_row(value: float | None, goal: float | None = 10, *, is_limit: bool = False, is_gate: bool = False) -> Row:
    figures = None if value is None else Figures(value, {"raw": value})
    return Row("a & b", "x", goal, lambda _sizes: figures, is_limit=is_limit, is_gate=is_gate)


@pytest.mark.parametrize(
    ("row", "missed"),
    [
        (make_row(10), False),
        (make_row(9.9), True),
        (make_row(10, is_limit=True), False),
        (make_row(10.1, is_limit=True), True),
        (make_row(1, None), False),
        (make_row(None), True),
    ],
)
def test_a_goal_is_reached_or_missed(row: Row, *, missed: bool) -> None:
    """A limit may not be exceeded, any other goal has to be reached; what is not measured is missed."""
    sizes = Sizes(1, 1, 1, 1, 1, 1, 1)
    assert table.measure(row, sizes).is_missed is missed


def test_only_a_missed_gate_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All rows are printed and written, with their goals and raw figures."""
    rows = [make_row(1), make_row(20, is_limit=True, is_gate=True), make_row(None, 2)]
    report = tmp_path / "build" / "bench.json"
    for count, status in ((1, 0), (3, 1)):
        monkeypatch.setattr(table, "ROWS", rows[:count])
        assert table.main(["--quick", "--report", str(report)]) == status
    written = json.loads(report.read_text())
    assert [(row["goal"], row["value"], row["missed"], row["raw"]) for row in written] == [
        (10, 1, True, {"raw": 1}),
        (10, 20, True, {"raw": 20}),
        (2, None, True, {}),
    ]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["MISSED", "MISSED", "installed"]
    assert report.with_suffix(".svg").read_text().startswith("<svg ")


def test_the_chart_has_a_bar_for_each_row() -> None:
    """Names are escaped, and no bar is longer than the chart."""
    chart = draw_chart([(make_row(5), Figures(5, {})), (make_row(99), Figures(99, {}))])
    assert chart.count("a &amp; b") == 2
    assert 'width="75.0"' in chart
    assert 'width="300.0"' in chart


def test_every_row_has_its_own_name() -> None:
    """By which `--rows` chooses it."""
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_records_of_packs_are_counted() -> None:
    """The function stores the same number of records either way, and the stub sees as many."""
    lines = 200
    for storage in ("records", "packs"):
        with Stub({"a.log": OBJECTS["combined"](lines)}) as stub, start_function(stub, None, STORAGE=storage) as child:
            process_object(child, stub, "a.log")
            assert stub.stored == lines


@pytest.mark.slow
@pytest.mark.parametrize("is_tls", [False, True])
def test_the_sides_of_a_ratio_store_the_same_lines(*, is_tls: bool) -> None:
    """Ours and the two of boto3 alone, with and without TLS."""
    for code in (None, zip_plain_code("put_each"), zip_plain_code("put_batches")):
        assert measure_pace("combined", 50, code, is_tls=is_tls).per_second > 0


@pytest.mark.slow
def test_a_large_object_is_measured_in_ranges() -> None:
    """The stub answers whatever the function asks about a range."""
    pace = measure_pace("combined", 4_000, RANGE_BYTES="100000", SPLIT_THRESHOLD_BYTES="100000")
    assert pace.per_second > 0


@pytest.mark.parametrize("kind", OBJECTS)
def test_an_object_has_about_as_many_records_as_asked_for(kind: str) -> None:
    """Blocks are whole."""
    assert OBJECTS[kind](8_000).times == 2


def test_a_result_without_figures_shows_its_reason() -> None:
    """In place of a verdict."""
    assert Result(make_row(1), None, "not installed").describe().endswith("not installed")
