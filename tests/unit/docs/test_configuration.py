"""`docs/configuration.md` says what the settings' declarations say."""

import pytest
from log_processor.declaration import list_settings

from docs.generator.configuration_page import PAGE, build_page
from stacks.config import Config
from stacks.config.source import BucketSource


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of a declaration, the page is generated again."""
    assert PAGE.read_text("utf-8") == build_page(), "docs/configuration.md is older than the code: run `make docs`"


@pytest.mark.parametrize(("kind", "is_of_source"), [(Config, False), (BucketSource, True)])
def test_every_setting_has_a_row_with_its_meaning(kind: type, is_of_source: bool) -> None:
    """The row has the environment variable and the meaning, which is a sentence; a source has a table of its own."""
    before, _, rest = build_page().partition("## Settings of a source")
    own, _, after = rest.partition("\n## ")
    lines = (own if is_of_source else before + after).splitlines()
    for name, declared in list_settings(kind).items():
        (row,) = (line for line in lines if line.startswith(f"| `{declared.key or name}` |"))
        assert declared.doc in row
        assert declared.doc.endswith(".")
        assert declared.variable in row
