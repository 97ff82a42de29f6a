"""`docs/formats.md` says what the code does: it is what the generator gives, and every field of a fixture is in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from log_processor.formats.detection import detect
from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader

from docs.generator.described import described, records
from docs.generator.page import PAGE, page
from docs.generator.vocabulary import Name, fault, load, row_of
from tests.support.fixtures import NEAR_MS, samples

KNOWN = {one.format.name: one for one in described()}
FORMATS = [one.format for one in KNOWN.values()]
NAMES = load()
UNITS = {"_ms": "ms", "_s": "s", "_us": "µs", "_mb": "MB", ".bytes": "bytes"}


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of a format, a fixture or the vocabulary the page is made again."""
    assert PAGE.read_text("utf-8") == page(), "docs/formats.md is older than the code: run `make docs`"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_format_is_described(known: Format) -> None:
    """Title, specification, columns and sample; what is of no product has no specification."""
    needed = {"title": known.title, "schema": known.schema or known.name == "mixed", "sample": known.sample}
    if known.name not in {"timed_text", "mixed", "text"}:
        needed["specification"] = known.specification
    missing = [name for name, value in needed.items() if not value]
    assert not missing, f"{known.name} lacks {', '.join(missing)} (see docs/formats.md, Adding a format)"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_sample_is_of_its_format(known: Format) -> None:
    """It is read by the parser that it shows, below its header if it has one; a mixed one's lines are found mixed."""
    lines = known.sample.split("\n")
    if known.name == "mixed":
        assert detect(lines, NEAR_MS) is known
        return
    reader = Reader(known, NEAR_MS)
    found = [reader.read(line) for line in lines] if known.header else [reader.read(known.sample)]
    assert found[-1] is not None
    assert found[-1][0] == known.name


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_schema_has_units(known: Format) -> None:
    """A name that ends with a unit says it, and the vocabulary, if it names one, says the same."""
    for column in known.schema:
        named = next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
        row = row_of(column.name, NAMES)
        documented = row.unit if row and "*" not in column.name else ""
        assert column.unit == (documented or named or column.unit), column


def test_a_schema_has_every_field_of_the_fixtures() -> None:
    """Each name that a fixture yields is of a column, the record's own, or carried: then it is of that format's."""
    carried = [one for one in KNOWN.values() if one.format.embedded is not None or one.format.name == "text"]
    missing = {
        f"{format_name}: {name} ({case})"
        for case, format_name, fields, text in _read()
        for name in fields
        if not KNOWN[format_name].has(name)
        and not KNOWN[format_name].is_own(name, text)
        and not (KNOWN[format_name].format.carrier and any(one.has(name) for one in carried))
    }
    assert not missing, "\n".join(sorted(missing))


def test_every_field_is_documented() -> None:
    """Each name that a fixture yields is in the vocabulary with the type of its value, or is the record's own."""
    faults = {f"{case} ({name}): {found}" for case, name, found in _faults()}
    assert not faults, "\n".join(sorted(faults))


def _read() -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """The case, the format, the fields and the text of each record, read as objects are and line by line."""
    for case, record in records():
        yield case, record.format, record.fields, record.log_data
    for sample in samples():
        if (found := Reader(sample.format, NEAR_MS, sample.columns).read(sample.line)) is not None:
            yield sample.case, found[0], found[1].fields, sample.line


def _faults() -> Iterator[tuple[str, str, str]]:
    for case, format_name, fields, text in _read():
        for name, value in fields.items():
            if not KNOWN[format_name].is_own(name, text) and (found_fault := fault(name, value, NAMES)):
                yield case, format_name, found_fault


def test_a_fault_says_what_to_do() -> None:
    """The row to add, or the row that another type is documented in."""
    assert fault("client.address", "192.0.2.1", NAMES) is None
    assert 'add to docs/generator/vocabulary.toml "client.adress" = { type = "text"' in str(
        fault("client.adress", "192.0.2.1", NAMES)
    )
    assert "`client.port` is integer by docs/generator/vocabulary.toml" in str(fault("client.port", "80", NAMES))
    assert "boolean" in str(fault("client.port", True, NAMES))


def test_the_narrowest_row_counts() -> None:
    """A name's own row, then the longest pattern."""

    def pattern(name: str) -> str:
        row: Name | None = row_of(name, NAMES)
        assert row is not None
        return row.pattern

    assert pattern("aws.elb.target.port") == "aws.elb.target.port"
    assert pattern("aws.elb.request_processing_time_s") == "aws.elb.*_s"
    assert pattern("aws.elb.name") == "aws.elb.*"
