"""Keep connections to one service open while nothing is sent over them; several threads may take them."""

from collections import deque
from weakref import finalize

from log_processor.calls.kept_connection import KeptConnection


class IdleConnections:
    """At most so many connections (`most`), which are closed with this object."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._idle: deque[KeptConnection] = deque()
        finalize(self, _close_all, self._idle)

    @property
    def has_any(self) -> bool:
        """Tell whether there is one."""
        return bool(self._idle)

    def take(self) -> KeptConnection | None:
        """Return the connection that was used last; None if there is none, or if it has ended."""
        try:
            kept = self._idle.pop()
        except IndexError:
            return None
        if kept.is_ended():
            kept.close()
            return None
        return kept

    def keep(self, connection: KeptConnection) -> None:
        """Keep a connection that may be used again; close it if it may not, or if there are enough."""
        if connection.reusable and len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close all of them."""
        _close_all(self._idle)


def _close_all(idle: deque[KeptConnection]) -> None:
    while idle:
        idle.pop().close()
