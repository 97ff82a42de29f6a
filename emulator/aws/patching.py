"""Replace what moto does."""

from typing import Any


def replace_attribute(owner: type, name: str, value: Any) -> None:
    """Replace an attribute of one of moto's classes, for the whole process."""
    setattr(owner, name, value)
