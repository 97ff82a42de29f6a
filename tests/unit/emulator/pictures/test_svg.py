"""Pictures show what a terminal shows."""

from emulator.pictures.svg import draw, read_lines


def test_a_picture_has_the_lines_in_their_colours() -> None:
    """Blank lines keep their place, colours and bold are those of the terminal, and no mark of XML breaks it."""
    picture = draw("make <demo>", "\x1b[1mbold\x1b[0m and \x1b[32mgreen\x1b[0m\n\n  a < b & c\n")
    assert read_lines(picture) == ["make <demo>", "bold and green", "  a < b & c"]
    assert '<tspan font-weight="bold">bold</tspan> and <tspan fill="#7ee787">green</tspan>' in picture
    assert 'y="48" textLength="112"' in picture
    assert 'y="84" textLength="88"' in picture


def test_a_picture_needs_nothing_of_others() -> None:
    """It names no font, style or image of another place, which a reader's browser would fetch."""
    assert "http" not in draw("ops status", "all is well\n").replace("http://www.w3.org/2000/svg", "")
