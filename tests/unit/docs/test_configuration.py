"""`docs/configuration.md` says what the settings' declarations say."""

from log_processor.declaration import list_settings

from docs.generator.configuration_page import PAGE, build_page
from stacks.config import Config


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of a declaration, the page is generated again."""
    assert PAGE.read_text("utf-8") == build_page(), "docs/configuration.md is older than the code: run `make docs`"


def test_every_setting_has_a_row_with_its_meaning() -> None:
    """The row has the environment variable and the meaning, which is a sentence."""
    for name, declared in list_settings(Config).items():
        (row,) = (line for line in build_page().splitlines() if line.startswith(f"| `{declared.key or name}` |"))
        assert declared.doc in row
        assert declared.doc.endswith(".")
        assert declared.variable in row
