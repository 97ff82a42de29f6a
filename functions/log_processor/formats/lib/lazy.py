"""Compile expressions when a line first needs them.

A cold start then compiles what the object at hand needs, and not what all formats together know. The long expressions
alone took longer than everything else that the formats' modules do.
"""

import re
from typing import Any, AnyStr, cast


def compile_lazily(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` returns, but compile it at the first use; before that only `pattern` is there."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _LazyPattern:
    """Keep each method of the compiled expression when it is first asked for, so that later calls cost no more."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, method)
        return method
