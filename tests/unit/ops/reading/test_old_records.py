"""Whoever names no source is told of records that only a source finds."""

import pytest

from ops.reading.old_records import note_old_records
from tests.unit.ops.reading.conftest import LOGS, Tables
from tests.unit.ops.reading.stored import FIRST_MS, make_record, put_old, put_records


def test_old_records_are_told_of(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """They are counted by the index that only old versions filled; newer records are not."""
    put_records(make_record(one, FIRST_MS + one) for one in range(3))
    note_old_records(tables.client, LOGS)
    assert capsys.readouterr().err == ""
    for one in range(10, 14):
        put_old(tables.client, make_record(one, FIRST_MS + one))
    note_old_records(tables.client, LOGS)
    said = capsys.readouterr().err
    assert said.startswith("note: about 4 records were stored by version 1.0.0 or an older one, and are found with")
