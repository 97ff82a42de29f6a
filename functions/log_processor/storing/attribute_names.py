"""Give fields names that attributes of DynamoDB may have: neither too long nor empty."""

from typing import Any

MAX_NAME_BYTES = 65_535
"""The longest name of an attribute, also of one within a map (DynamoDB Developer Guide, Quotas)."""
NUMBER_BYTES = 8
MAX_DEPTH = 28
"""What is nested more deeply is stored as text."""


def cut_names(members: Any, depth: int = 0) -> Any:
    """Return members with names of at most 65,535 bytes at any depth; each that is cut ends in a number."""
    if isinstance(members, list) and depth < MAX_DEPTH:
        return [cut_names(member, depth + 1) for member in members]
    if not isinstance(members, dict) or depth >= MAX_DEPTH:
        return members
    cut: dict[str, Any] = {}
    for name, member in members.items():
        short = name
        if len(name) * 4 > MAX_NAME_BYTES and len(data := name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
            short = f"{data[: MAX_NAME_BYTES - NUMBER_BYTES].decode('utf-8', 'ignore')}~{len(cut)}"
        cut[short] = cut_names(member, depth + 1)
    return cut


def name_empty(members: dict[str, Any]) -> dict[str, Any]:
    """Return members with a name for the one that has none: underscores, as many as no other member is named."""
    length = 1
    while "_" * length in members:
        length += 1
    return {name or "_" * length: member for name, member in members.items()}
