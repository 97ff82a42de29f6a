"""Expressions that are compiled when a line first needs them.

A cold start compiles what the object at hand needs, not what all formats together know: the long ones alone took longer
than everything else that the formats' modules do.
"""

import re
from typing import Any, AnyStr, cast


def compile_lazily(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, of which only `pattern` is there before the first use."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _LazyPattern:
    """Takes on each method of the compiled expression as it is asked for it: from then on nothing stands between."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, method)
        return method
