"""Cut the names of fields that are longer than DynamoDB lets the name of an attribute be."""

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
