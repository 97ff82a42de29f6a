"""Hiding takes the same time a byte however long a text is, and whatever it repeats."""

import time
import tracemalloc

import pytest
from log_processor.routing.lib.field_names import KNOWN_NAMES, FieldNames

from tests.support.growth import FLAT, Recipe, measure_steepness
from tests.unit.log_processor.routing.lib.test_redaction import read_redaction

pytestmark = pytest.mark.slow

RULES = r"""['ip', 'email', 'card', 'aws_key', 'jwt', {field = 'token'}, {field = 'user.name'},
{name = 'pw', pattern = 'password=(\S+)'}, {name = 'pj', pattern = '"password": ?"((?:[^"\\]|\\.)*)"'}]"""
UNITS = (
    *("4 ", "4", ".", "1.", "1.1.1.1 ", "::", "1:", "eyJ", "eyJaaaaaaaaa.", "=", "a=", "[", "'", "é", "\x00"),
    *("\\", '\\\\"', '\\"', '"', '" ', '""', '"a\\nb" ', "\\u0041", '{"log":"', '{"a":', '{"token":', '{"token":['),
    *("%20", "%25", "a%20b ", "+a", "a+b ", "&quot;", "&#34;", "\x1b[0m", "a@", "a@b.co ", "token=", "token=x "),
    *("password=", "password=a ", '"password":"x",', '{"password": "a\\"b"},', '"token":"x",', '{"a":{"token":'),
    *("-----BEGIN PRIVATE KEY-----\n", "secret_key=", "AKIAAAAAAAAAAAAAAAAA ", "user.name."),
)
MAX_US_A_BYTE = 30
"""Ten times what the slowest unit takes on an idle machine; before, one took 6 µs at 4 MiB and grew with the length."""


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_hiding_takes_the_same_time_a_byte(unit: str) -> None:
    """A text of nothing but this is searched by every kind of rule in time linear in its length."""
    hide = read_redaction(RULES).text
    assert measure_steepness(hide, Recipe("", unit, ""), 1 << 18) <= FLAT
    text = unit * ((1 << 18) // len(unit.encode()))
    begun = time.process_time()
    hide(text)
    assert (time.process_time() - begun) * 1e6 <= MAX_US_A_BYTE * len(text.encode())


def test_long_names_of_fields_are_not_kept() -> None:
    """A line may have a name of 4 MiB, and each line another one; nor are more kept than so many short ones."""
    names = FieldNames([(0, "password")])
    tracemalloc.start()
    try:
        for number in range(100):
            assert names.find_fields({f"{number}{'n' * 500_000}": 1}) == []
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
        for number in range(3 * KNOWN_NAMES):
            assert len(names.find_fields({f"{number}": 1, "Password": 2})) == 1
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()
