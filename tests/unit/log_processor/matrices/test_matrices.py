"""Objects of several formats have the records that their lines say, but for the cells that are given up with a reason.

The matrices are listed in `survey.py`, and the cells that are given up in `given_up.py`. A new format enters the
matrices by its sample.
"""

import pytest

from tests.unit.log_processor.matrices.survey import MATRICES, Matrix, judge_row

ROWS = [pytest.param(matrix, row, id=f"{matrix.name}: {row}") for matrix in MATRICES for row in matrix.rows]


@pytest.mark.parametrize(("matrix", "row"), ROWS)
def test_objects_have_the_records_of_their_lines(matrix: Matrix, row: str) -> None:
    """Each cell of the row is right, or given up and wrong: a list that is no longer true fails too."""
    faults, outdated = judge_row(matrix, row)
    assert faults == {}
    assert outdated == {}
