"""Keep the warm children of all functions, and let no more of them run at once than there are slots."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from emulator.aws.functions import Child, Deployment, InvocationResult
from emulator.aws.runtime_api import RuntimeCall

CONCURRENCY = 2
"""The invocations that run at the same time on this machine; others that AWS would admit wait for one of them."""


class Fleet:
    """The child processes of all functions. At most `size` invocations run at once, until `resize` says otherwise.

    `credentials` takes a role's ARN and returns new temporary credentials, as environment variables, for one child.
    `may_log` takes a role's ARN and a function's name; what a child says that may not log is lost, as in Lambda.
    """

    def __init__(
        self,
        log_dir: Path,
        size: int,
        credentials: Callable[[str], Mapping[str, str]],
        may_log: Callable[[str, str], bool],
    ) -> None:
        self._log_dir = log_dir
        self._may_log = may_log
        self._credentials = credentials
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: dict[str, list[tuple[Deployment, Child]]] = {}
        self._all: set[Child] = set()
        self._is_closed = False

    def invoke(self, deployment: Deployment, call: RuntimeCall) -> InvocationResult:
        """Run `call` in a warm child of exactly this deployment, whose log goes where it now may; else in a new one."""
        with self._slots:
            child = self._take(deployment)
            result = child.invoke(call)
            with self._lock:
                if not self._is_closed and (result.error is None or child.is_alive):
                    self._idle.setdefault(deployment.name, []).append((deployment, child))
                else:
                    child.close()
                    self._all.discard(child)
            return result

    def _take(self, deployment: Deployment) -> Child:
        log = self._find_log(deployment)
        with self._lock:
            idle = self._idle.setdefault(deployment.name, [])
            while idle:
                warm, child = idle.pop()
                if warm == deployment and child.log_path == log and child.is_alive:
                    return child
                child.close()
                self._all.discard(child)
            child = Child(deployment, self._credentials(deployment.role), log)
            self._all.add(child)
            return child

    def _find_log(self, deployment: Deployment) -> Path:
        is_kept = self._may_log(deployment.role, deployment.name)
        return self._log_dir / f"{deployment.name}.log" if is_kept else Path(os.devnull)

    def resize(self, size: int) -> None:
        """Let `size` of the invocations that begin from now on run at once."""
        self._slots = threading.BoundedSemaphore(size)

    def kill(self, access_key: str) -> bool:
        """Kill the child that has these credentials; return whether there was one."""
        with self._lock:
            children = [child for child in self._all if child.access_key == access_key]
        for child in children:
            child.kill()
        return bool(children)

    def close(self) -> None:
        """End every child; an invocation that begins later ends its own."""
        with self._lock:
            self._is_closed = True
            for child in self._all:
                child.close()
            self._all.clear()
            self._idle.clear()
