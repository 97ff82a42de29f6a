"""Tell which patterns can never hide anything: they match no text at all, or nothing in their group.

Only what is certain is said. A pattern that Python's own syntax does not know, such as `[[:alpha:]]`, is not judged.
"""

import re
import warnings
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

RE2_END = re.compile(r"(?<!\\)((?:\\\\)*)\\z")


def explain_dead_pattern(pattern: str) -> str | None:
    """Return why a pattern can never hide anything, with the remedy; None if it may, as far as that can be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(RE2_END.sub(r"\1\\Z", pattern))
    except (re.error, OverflowError, RecursionError):
        return None
    is_multiline = bool(parsed.state.flags & re.MULTILINE) or "m" in "".join(re.findall(r"\(\?([a-zA-Z]+)", pattern))
    if not _can_match(parsed, is_multiline=is_multiline):
        return "no text can stand before its ^ or behind its $, and no character is in an empty class; mend it"
    group = _find_group(parsed)
    if group is not None and group.getwidth()[1] == 0:
        return "its group (…) matches empty text alone; put into it what is to be hidden"
    return None


def _find_group(parsed: Any) -> Any:
    """Return what the first group holds, or None if there is no group."""
    for operation, argument in parsed:
        if operation is code.SUBPATTERN and argument[0] is not None:
            return argument[3]
        for part in _list_parts(operation, argument):
            if (group := _find_group(part)) is not None:
                return group
    return None


def _list_parts(operation: Any, argument: Any) -> list[Any]:
    """Return the patterns within an operation of a pattern."""
    if operation is code.SUBPATTERN:
        return [argument[3]]
    if operation is code.BRANCH:
        return list(argument[1])
    if operation in {code.MAX_REPEAT, code.MIN_REPEAT}:
        return [argument[2]]
    return []


def _can_match(parsed: Any, *, is_multiline: bool) -> bool:
    """Tell whether a sequence may match some text, as far as can be told."""
    begun = ended = False
    for operation, argument in parsed:
        parts = _list_parts(operation, argument)
        needed = [part for part in parts if operation is not code.BRANCH]
        is_optional = operation in {code.MAX_REPEAT, code.MIN_REPEAT} and argument[0] == 0
        if not is_optional and any(not _can_match(part, is_multiline=is_multiline) for part in needed):
            return False
        if operation is code.BRANCH and not any(_can_match(part, is_multiline=is_multiline) for part in parts):
            return False
        if operation is code.IN and _is_empty_class(argument):
            return False
        if operation is code.AT and not is_multiline:
            if argument in {code.AT_BEGINNING, code.AT_BEGINNING_STRING} and begun:
                return False
            ended = ended or argument in {code.AT_END, code.AT_END_STRING}
        width = _get_least_width(operation, argument, parts)
        if width and ended:
            return False
        begun = begun or width > 0
    return True


def _get_least_width(operation: Any, argument: Any, parts: list[Any]) -> int:
    if operation is code.AT:
        return 0
    if operation in {code.MAX_REPEAT, code.MIN_REPEAT}:
        return int(argument[0]) * int(parts[0].getwidth()[0])
    if parts:
        return min(int(part.getwidth()[0]) for part in parts)
    return 1


def _is_empty_class(members: list[Any]) -> bool:
    r"""Tell whether a class has no member, as `[^\s\S]` has none."""
    if members[0][0] is not code.NEGATE:
        return False
    categories = {argument for operation, argument in members[1:] if operation is code.CATEGORY}
    return any(
        {one, other} <= categories
        for one, other in (
            (code.CATEGORY_SPACE, code.CATEGORY_NOT_SPACE),
            (code.CATEGORY_DIGIT, code.CATEGORY_NOT_DIGIT),
            (code.CATEGORY_WORD, code.CATEGORY_NOT_WORD),
        )
    )
