"""Look up the numbers of the named groups of an expression."""

import re


def get_group_numbers(pattern: re.Pattern[str], names: str) -> tuple[int, ...]:
    """Return the numbers of the groups of these names.

    Asking a match for many groups by name takes half as long again as by number. Keep the numbers in a constant beside
    the expression: `client, user = match.group(*CLIENT_GROUPS)`, with `CLIENT_GROUPS = get_group_numbers(LINE, "client
    user")`.
    """
    return tuple(pattern.groupindex[name] for name in names.split())
