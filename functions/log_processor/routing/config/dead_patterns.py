"""Tell which patterns can never match or hide anything: they match no text at all, or nothing in their group.

Only what is certain is said.
"""

from log_processor.routing.config.pattern_shapes import PatternShapes

NO_TEXT = "no text can stand before its ^ or behind its $, and no character is in an empty class; mend it"


def find_dead_part(pattern: str) -> str | None:
    """Return why a pattern that RE2 accepts matches no text at all, with the remedy; None if it may match one."""
    try:
        return NO_TEXT if PatternShapes(pattern).whole.is_dead else None
    except RecursionError:
        return None


def explain_dead_pattern(pattern: str) -> str | None:
    """Return why a pattern that RE2 accepts can never hide anything, with the remedy; None if it may."""
    try:
        shapes = PatternShapes(pattern)
    except RecursionError:
        return None
    if shapes.whole.is_dead:
        return NO_TEXT
    if shapes.whole.has_group and shapes.group is not None and shapes.group.is_empty:
        return "its group (…) matches empty text alone; put into it what is to be hidden"
    return None
