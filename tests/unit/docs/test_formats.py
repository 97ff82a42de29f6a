"""`docs/formats.md` is what the generator gives, and has every field that a fixture yields."""

from collections.abc import Iterator
from typing import Any

import pytest
from log_processor.formats.detection import detect
from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader

from docs.generator.format_facts import list_formats, parse_fixtures
from docs.generator.formats_page import PAGE, build_page
from docs.generator.vocabulary import VocabularyRow, find_fault, find_row, read_vocabulary
from tests.support.fixtures import LAST_MODIFIED_MS, read_samples

FACTS = {one.format.name: one for one in list_formats()}
FORMATS = [one.format for one in FACTS.values()]
VOCABULARY = read_vocabulary()
UNITS = {"_ms": "ms", "_s": "s", "_us": "µs", "_mb": "MB", ".bytes": "bytes"}


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of a format, a fixture or the vocabulary, the page is generated again."""
    assert PAGE.read_text("utf-8") == build_page(), "docs/formats.md is older than the code: run `make docs`"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_format_is_described(known: Format) -> None:
    """It has a title, columns and a sample, and a specification unless it is of no product."""
    needed = {"title": known.title, "schema": known.schema or known.name == "mixed", "sample": known.sample}
    if known.name not in {"timed_text", "mixed", "text"}:
        needed["specification"] = known.specification
    missing = [name for name, value in needed.items() if not value]
    assert not missing, f"{known.name} lacks {', '.join(missing)} (see docs/formats.md, Adding a format)"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_sample_is_of_its_format(known: Format) -> None:
    """Its own parser reads it, below the header line if it has one; the sample of `mixed` is detected as mixed."""
    lines = known.sample.split("\n")
    if known.name == "mixed":
        assert detect(lines, LAST_MODIFIED_MS) is known
        return
    reader = Reader(known, LAST_MODIFIED_MS)
    parsed = [reader.read(line) for line in lines] if known.header_lines else [reader.read(known.sample)]
    assert parsed[-1] is not None
    assert parsed[-1][0] == known.name


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_schema_has_units(known: Format) -> None:
    """A column whose name ends with a unit has that unit, and so has its row of the vocabulary."""
    for column in known.schema:
        named = next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
        row = find_row(column.name, VOCABULARY)
        documented = row.unit if row and "*" not in column.name else ""
        assert column.unit == (documented or named or column.unit), column


def test_a_schema_has_every_field_of_the_fixtures() -> None:
    """Each field is a column, comes from the record itself, or is a column of the embedded line's format."""
    embedded = [one for one in FACTS.values() if one.format.embedded is not None or one.format.name == "text"]
    missing = {
        f"{format_name}: {name} ({case})"
        for case, format_name, fields, text in parse_all()
        for name in fields
        if not FACTS[format_name].has_column(name)
        and not FACTS[format_name].is_own(name, text)
        and not (FACTS[format_name].format.carrier and any(one.has_column(name) for one in embedded))
    }
    assert not missing, "\n".join(sorted(missing))


def test_every_field_is_documented() -> None:
    """Each field is in the vocabulary with the type of its value, or comes from the record itself."""
    faults = {f"{case} ({name}): {fault}" for case, name, fault in find_faults()}
    assert not faults, "\n".join(sorted(faults))


def parse_all() -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """Yield the case, format, fields and text of each record, parsed as an object and then line by line."""
    for case, record in parse_fixtures():
        yield case, record.format, record.fields, record.log_data
    for sample in read_samples():
        if (parsed := Reader(sample.format, LAST_MODIFIED_MS, sample.columns).read(sample.line)) is not None:
            yield sample.case, parsed[0], parsed[1].fields, sample.line


def find_faults() -> Iterator[tuple[str, str, str]]:
    for case, format_name, fields, text in parse_all():
        for name, value in fields.items():
            if not FACTS[format_name].is_own(name, text) and (fault := find_fault(name, value, VOCABULARY)):
                yield case, format_name, fault


def test_a_fault_names_its_remedy() -> None:
    """It is the row to add, or the row that documents another type."""
    assert find_fault("client.address", "192.0.2.1", VOCABULARY) is None
    assert 'add to docs/generator/vocabulary.toml "client.adress" = { type = "text"' in str(
        find_fault("client.adress", "192.0.2.1", VOCABULARY)
    )
    assert "`client.port` is integer by docs/generator/vocabulary.toml" in str(
        find_fault("client.port", "80", VOCABULARY)
    )
    assert "boolean" in str(find_fault("client.port", True, VOCABULARY))


def test_the_most_specific_row_wins() -> None:
    """A row of the very name goes first, then the longest pattern that matches."""

    def find_pattern(name: str) -> str:
        row: VocabularyRow | None = find_row(name, VOCABULARY)
        assert row is not None
        return row.pattern

    assert find_pattern("aws.elb.target.port") == "aws.elb.target.port"
    assert find_pattern("aws.elb.request_processing_time_s") == "aws.elb.*_s"
    assert find_pattern("aws.elb.name") == "aws.elb.*"
