"""Remember names and values of fields in which the rules of a route find nothing: most come again and again."""

from collections.abc import Callable, Set
from typing import Final

MAX_TEXTS = 4096
MAX_CHARS = 512
"""Longer texts are not kept; they hardly come again."""


class CleanTexts:
    """The texts in which nothing is found: `known` are those of so far, as many as there is room for."""

    def __init__(self, is_clean: Callable[[str], bool]) -> None:
        self._is_clean = is_clean
        self._known: Final[set[str]] = set()
        self.known: Set[str] = self._known

    def are_clean(self, texts: list[str]) -> bool:
        """Tell whether nothing is found in any of the texts, by one search over all of them."""
        joined = "\n".join(texts)
        if not self._is_clean(joined):
            return False
        if len(joined) <= MAX_CHARS:
            if len(self._known) > MAX_TEXTS:
                self._known.clear()
            self._known.update(texts)
        return True
