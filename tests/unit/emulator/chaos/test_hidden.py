"""The chaos run knows the values that a route hides, and finds each copy that shows one."""

import io
import json
import random
import zipfile
from collections.abc import Sequence
from functools import partial

import pytest

from emulator.chaos.hidden import ROUTES_FILE, add_route, draw_secrets, find_leaks, wrap_in_docker, write_hidden
from tests.support.growth import measure_seconds

VALUE = "pw0123456789ab"


@pytest.mark.parametrize(
    "text", [f"password={VALUE}", f"x{VALUE[:7]}", f"{VALUE[7:]}\n"], ids=["whole", "head", "tail"]
)
def test_a_copy_that_shows_a_value_is_found(text: str) -> None:
    """Half of a value is as bad as the whole."""
    assert len(list(find_leaks([VALUE], [("a record", text), ("the log", "password=[password]")]))) == 1


@pytest.mark.slow
def test_a_whole_run_of_values_is_looked_for_as_fast_as_a_few() -> None:
    """There are some 20,000, and each copy of each record is searched."""
    records, values = write_hidden(random.Random(1), 2_000)
    text = "\n".join(record.stored_text or "" for record in records[:400])

    def search(sought: Sequence[str], text: str) -> None:
        assert list(find_leaks(sought, [("a record", text)])) == []

    few_s, many_s = (measure_seconds(partial(search, sought), text) for sought in (values[:4], values))
    assert many_s < 10 * few_s


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pays with 40001234", 1),
        ("pays with 4000123456785678", 1),
        ('"56785678"', 1),
        ('"N": "1400012345678"', 0),
        ('"N": "1756785678000"', 0),
        ("v1#000000056785678-000000056883982", 0),
        ('"N": "4000123499999"', 0),
    ],
    ids=["head", "whole", "tail", "within a number", "within a time", "an offset", "a time"],
)
def test_a_number_that_holds_digits_of_a_card_is_none(text: str, found: int) -> None:
    """Half a card has eight digits, and a run has thousands of cards and of times in milliseconds."""
    assert len(list(find_leaks(["4000123456785678"], [("a record", text)]))) == found


def test_without_values_there_is_nothing_to_find() -> None:
    """A run of other objects has none."""
    assert list(find_leaks([], [("a record", "text")])) == []


def test_what_has_to_be_stored_has_a_token_for_each_value() -> None:
    """Everything else is as it was written, and a record of each kind holds every value."""
    records, values = write_hidden(random.Random(1), 80)
    assert len(values) == 4 * len(records)
    for number, record in enumerate(records):
        stored = json.loads(record.stored_text or "")
        assert [value for value in values if value in str(record.stored_text)] == []
        assert all(value in record.text for value in values[4 * number : 4 * number + 4])
        assert stored["login"] == {"key": "[aws_key]", "by": "[email]"}
        assert stored["time"] == json.loads(record.text)["time"]
    assert {record.format for record in records} == {"json_lines", "text"}


def test_docker_has_the_text_within_a_text() -> None:
    """What has to be stored differs from what was written in the values alone."""
    (record, *_), _ = write_hidden(random.Random(1), 1)
    wrapped = wrap_in_docker(record)
    assert json.loads(wrapped.text)["log"] == f"{record.text}\n"
    assert json.loads(wrapped.stored_text or "")["log"] == f"{record.stored_text}\n"
    assert (wrapped.format, wrapped.time_ms) == ("docker_json", record.time_ms)


def test_a_card_has_a_right_check_digit() -> None:
    """Any other run of digits would be none, and would stay."""
    digits = [int(digit) for digit in reversed(draw_secrets(random.Random(1))[1].value)]
    assert len(digits) == 16
    assert sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def test_the_route_stands_below_those_of_the_zip() -> None:
    """The first route that matches is an object's."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(ROUTES_FILE, "# none\n")
    with zipfile.ZipFile(io.BytesIO(add_route(content.getvalue()))) as changed:
        assert changed.read(ROUTES_FILE).startswith(b"# none\n\n[[route]]\n")


def test_a_pack_is_not_refused_for_one_record() -> None:
    """What the table would refuse by itself is what it is; the bytes are those of the other way to store."""
    ways = [write_hidden(random.Random(1), 80, is_packed=is_packed)[0] for is_packed in (False, True)]
    assert [record.text for record in ways[0]] == [record.text for record in ways[1]]
    assert [sum(record.format == "text" for record in way) for way in ways] == [2, 0]
    assert None not in [record.time_ms for record in ways[1]]
