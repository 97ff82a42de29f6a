"""Draw measured rows beside their goals as an SVG, without a library."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from benchmarks.rows import Figures, Row

ROW_PX, LEFT_PX, BAR_PX, RIGHT_PX = 22, 400, 300, 150
MAX_SHARE = 2.0
"""Where a bar ends at most; the goal is at 1."""
REACHED, MISSED, SHOWN = "#2a7", "#c43", "#68a"


def draw_chart(measured: Sequence[tuple[Row, Figures]]) -> str:
    """Return an SVG with a bar for each row, as long as its value is of its goal; a line marks the goals."""
    height = ROW_PX * (len(measured) + 2)
    width = LEFT_PX + BAR_PX + RIGHT_PX
    goal_px = LEFT_PX + BAR_PX / MAX_SHARE
    bars = "".join(_draw_row(index, *one) for index, one in enumerate(measured))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        f'font-size="13">\n<rect width="100%" height="100%" fill="white"/>\n{bars}'
        f'<line x1="{goal_px}" y1="0" x2="{goal_px}" y2="{height - ROW_PX}" stroke="black" stroke-dasharray="4"/>\n'
        f'<text x="{goal_px}" y="{height - 6}" text-anchor="middle">goal</text>\n</svg>\n'
    )


def _draw_row(index: int, row: Row, figures: Figures) -> str:
    top = index * ROW_PX + 4
    share, colour = 1.0, SHOWN
    goal = ""
    if row.goal:
        share = max(0.0, min(MAX_SHARE, figures.value / row.goal))
        colour = REACHED if row.is_reached_by(figures.value) else MISSED
        goal = f" ({'≤' if row.is_limit else '≥'} {row.goal:g})"
    length = BAR_PX * share / MAX_SHARE
    return (
        f'<text x="{LEFT_PX - 8}" y="{top + 13}" text-anchor="end">{escape(row.name)}</text>'
        f'<rect x="{LEFT_PX}" y="{top}" width="{length:.1f}" height="{ROW_PX - 6}" fill="{colour}"/>'
        f'<text x="{LEFT_PX + BAR_PX + 8}" y="{top + 13}">{figures.value:,.2f} {escape(row.unit)}{goal}</text>\n'
    )
