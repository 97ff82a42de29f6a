"""Groups of expressions, which are named, by their numbers."""

import re


def get_group_numbers(pattern: re.Pattern[str], names: str) -> tuple[int, ...]:
    """Return the numbers of the groups of these names: to ask a match for many of them by name costs half as much more.

    `client, user = match.group(*numbers(LINE, "client user"))`, the numbers being a constant beside the expression.
    """
    return tuple(pattern.groupindex[name] for name in names.split())
