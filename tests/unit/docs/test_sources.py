"""`docs/sources.md` says what the table of log services says."""

from docs.generator.sources_page import PAGE, build_page


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of the table, the page is generated again."""
    assert PAGE.read_text("utf-8") == build_page(), "docs/sources.md is older than the code: run `make docs`"
