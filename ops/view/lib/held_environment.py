"""Hold the environment that all pages are about, and the records that were read of it."""

from collections.abc import Callable
from threading import Lock

from ops.frame.environment import Environment
from ops.view.cache.records import RecordCache


class HeldEnvironment:
    """Opens the environment when the first page needs it, and gives it to all."""

    def __init__(self, open_it: Callable[[], Environment]) -> None:
        self.cache = RecordCache()
        self._open = open_it
        self._lock = Lock()
        self._environment: Environment | None = None

    def get(self) -> Environment:
        """Return the environment; raises `CommandError` if it cannot be opened."""
        with self._lock:
            if self._environment is None:
                self._environment = self._open()
            return self._environment

    def forget(self) -> None:
        """Open it anew when it is needed next, so that a login in the meantime counts."""
        with self._lock:
            self._environment = None
