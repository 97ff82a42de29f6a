"""Hold the environment that all pages are about, and the records that were read of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.frame.environment import Environment
    from ops.view.cache.records import RecordCache


class HeldEnvironment:
    """Opens the environment when the first page needs it, and gives it to all.

    What that takes is imported then: the SDK of AWS alone takes longer than all else of the first page.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._environment: Environment | None = None
        self._cache: RecordCache | None = None

    @property
    def cache(self) -> "RecordCache":
        """Return the records that were read already."""
        from ops.view.cache.records import RecordCache

        with self._lock:
            if self._cache is None:
                self._cache = RecordCache()
            return self._cache

    def get(self) -> "Environment":
        """Return the environment; raises `CommandError` if it cannot be opened."""
        from ops.frame.environment import open_environment

        with self._lock:
            if self._environment is None:
                self._environment = open_environment()
            return self._environment

    @contextmanager
    def translate_errors(self, what: str) -> Iterator[None]:
        """Open the environment, and raise `CommandError` for an error of AWS within the block."""
        from ops.frame.aws_errors import translate_errors

        with translate_errors(what, self.get().config):
            yield

    def forget(self) -> None:
        """Open it anew when it is needed next, so that a login in the meantime counts."""
        with self._lock:
            self._environment = None
