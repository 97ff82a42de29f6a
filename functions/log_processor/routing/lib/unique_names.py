"""Choose a name for a field that is not taken."""

from collections.abc import Collection


def choose_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, with a number if it is one of those that are taken."""
    return f"{name}~{len(taken)}" if name in taken else name
