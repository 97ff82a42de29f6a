"""Draw what is printed on a terminal as SVG: each line in its place, in its colours, with no font or file of others."""

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, unescape

from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMN, LINE, FONT_SIZE, MARGIN, TITLE = 8, 18, 13, 16, 34
INK, PAPER, FAINT = "#d8dee4", "#161b22", "#8b949e"
INKS = {1: "#ff7b72", 2: "#7ee787", 3: "#e3b341", 4: "#79c0ff", 6: "#76e3ea"}
"""Red, green, yellow, blue and cyan by the numbers that terminals have for them; any other is as plain text."""
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
LINES, SPAN = re.compile(r"<text [^>]*>(.*)</text>"), re.compile(r"</?tspan[^>]*>")


def draw(title: str, printed: str) -> str:
    """Return the picture of what a command printed, with ANSI's codes of colour or without, below a title."""
    lines = list(Text.from_ansi(printed.rstrip("\n")).split("\n", allow_blank=True))
    width = 2 * MARGIN + COLUMN * max(len(title), *(line.cell_len for line in lines))
    height = TITLE + LINE * len(lines) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<g font-family="{FONT}" font-size="{FONT_SIZE}" fill="{INK}" xml:space="preserve">',
        f'<text x="{MARGIN}" y="22" fill="{FAINT}">{escape(title)}</text>',
        *_draw_lines(lines),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _draw_lines(lines: Sequence[Text]) -> Iterator[str]:
    """Yield each line that is not blank, as wide as its columns, whatever font draws it."""
    console = Console()
    for number, line in enumerate(lines):
        line.rstrip()
        if line.cell_len:
            spans = "".join(_draw_span(text, style) for text, style, _ in line.render(console))
            position = f'x="{MARGIN}" y="{TITLE + LINE * (number + 1) - 4}" textLength="{COLUMN * line.cell_len}"'
            yield f"<text {position}>{spans}</text>"


def _draw_span(text: str, style: Style | None) -> str:
    """Return a part of a line in one style."""
    text = escape(text.removesuffix("\n"))
    if style is None or not text:
        return text
    ink = INKS.get(style.color.number or 0) if style.color else FAINT if style.dim else None
    attributes = (f' fill="{ink}"' if ink else "") + (' font-weight="bold"' if style.bold else "")
    return f"<tspan{attributes}>{text}</tspan>" if attributes else text


def read_lines(picture: str) -> list[str]:
    """Return the lines of a picture: its title, and each line of the screen that is not blank."""
    return [unescape(SPAN.sub("", text)) for text in LINES.findall(picture)]
