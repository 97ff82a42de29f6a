"""The deployed zip and its layers in warm child processes under AWS's own runtime client."""

import io
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.aws.runtime_api import Answer, Call, RuntimeApi

POLL_S = 0.2
INIT_S = 10.0
"""A child may take so long to start before the time of its first event begins, as Lambda has it."""
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One version of one function as it was deployed: what a child is started from."""

    name: str
    arn: str
    handler: str
    code: bytes
    layers: tuple[bytes, ...]
    variables: tuple[tuple[str, str], ...]
    role: str
    timeout_s: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished invocation: `error` is what asynchronous delivery reports, None where it succeeded."""

    payload: bytes
    error: str | None
    duration_ms: float
    max_memory_mb: int
    cold: bool


class Child:
    """One execution environment: its own folder, process, Runtime API and credentials of the function's role."""

    def __init__(self, deployment: Deployment, credentials: Mapping[str, str], log: Path) -> None:
        self._deployment = deployment
        self._credentials = credentials
        self._folder = tempfile.TemporaryDirectory(prefix="lambda-")
        self._api = RuntimeApi()
        self._log_path = log
        self._log = log.open("ab")
        self._cold = True
        self._process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", deployment.handler],
            cwd=self._unpack(),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def _unpack(self) -> Path:
        root = Path(self._folder.name)
        for number, content in enumerate((self._deployment.code, *self._deployment.layers)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(root / ("task" if number == 0 else f"opt{number}"))
        return root / "task"

    def _environment(self) -> dict[str, str]:
        root, deployment = Path(self._folder.name), self._deployment
        layers = [str(root / f"opt{number}" / "python") for number in range(1, len(deployment.layers) + 1)]
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": deployment.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployment.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "_HANDLER": deployment.handler,
            "LAMBDA_TASK_ROOT": str(root / "task"),
            "PYTHONPATH": os.pathsep.join([str(root / "task"), *layers]),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self._credentials,
            **dict(deployment.variables),
        }

    def invoke(self, call: Call) -> Outcome:
        """Run one event; the deadline is enforced by killing the process: the child is then no longer `alive`."""
        started, cold, self._cold = time.monotonic(), self._cold, False
        self._note(f"START RequestId: {call.request_id}")
        taken = self._api.send(call)
        while not taken.wait(POLL_S) and self.alive and time.monotonic() < started + INIT_S:
            pass
        answer, error = self._await(call, time.monotonic() + call.timeout_s)
        memory_mb = self._peak_memory_mb()
        if not answer:
            self.close()
        duration_ms = (time.monotonic() - started) * 1000
        self._note(
            f"END RequestId: {call.request_id}\nREPORT RequestId: {call.request_id} Duration: {duration_ms:.2f} ms "
            f"Memory Size: {self._deployment.memory_mb} MB Max Memory Used: {memory_mb} MB {error or ''}"
        )
        payload = answer.payload if answer else json.dumps({"errorMessage": error}).encode()
        return Outcome(payload, error, duration_ms, memory_mb, cold)

    def _await(self, call: Call, deadline_s: float) -> tuple[Answer | None, str | None]:
        while time.monotonic() < deadline_s:
            try:
                answer = self._api.answers.get(timeout=POLL_S)
            except queue.Empty:
                if not self.alive:
                    return None, f"RequestId: {call.request_id} Error: Runtime exited with {self._process.returncode}"
                continue
            return answer, _error_message(answer)
        return None, f"{call.request_id} Task timed out after {call.timeout_s:.2f} seconds"

    @property
    def access_key(self) -> str:
        """The access key that it signs its requests with."""
        return self._credentials["AWS_ACCESS_KEY_ID"]

    def kill(self) -> None:
        """End the process at once, whatever it is doing; its invocation ends as one whose runtime exited."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def alive(self) -> bool:
        """Whether the process can take another event."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process and remove its folder."""
        if self.alive:
            self.kill()
        self._process.wait()
        self._api.close()
        self._log.close()
        self._folder.cleanup()

    def _peak_memory_mb(self) -> int:
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0
        peak_kb = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), "0")
        return -(-int(peak_kb) // 1024)

    def _note(self, text: str) -> None:
        with self._log_path.open("a") as log:
            log.write(f"{text}\n")


def _error_message(answer: Answer) -> str | None:
    if not answer.failed:
        return None
    document: Any = json.loads(answer.payload)
    return str(document.get("errorMessage", document))


class Fleet:
    """The children of all functions; at most `size` invocations run at once.

    `credentials` gives the variables with new temporary credentials of a role: each child has its own.
    """

    def __init__(self, log_dir: Path, size: int, credentials: Callable[[str], Mapping[str, str]]) -> None:
        self._log_dir = log_dir
        self._credentials = credentials
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: dict[str, list[tuple[Deployment, Child]]] = {}
        self._all: set[Child] = set()

    def invoke(self, deployment: Deployment, call: Call) -> Outcome:
        """Run `call` in a warm child of this very deployment, or in a new one."""
        with self._slots:
            child = self._take(deployment)
            outcome = child.invoke(call)
            with self._lock:
                if outcome.error is None or child.alive:
                    self._idle.setdefault(deployment.name, []).append((deployment, child))
                else:
                    self._all.discard(child)
            return outcome

    def _take(self, deployment: Deployment) -> Child:
        with self._lock:
            idle = self._idle.setdefault(deployment.name, [])
            while idle:
                warm, child = idle.pop()
                if warm == deployment and child.alive:
                    return child
                child.close()
                self._all.discard(child)
            log = self._log_dir / f"{deployment.name}.log"
            child = Child(deployment, self._credentials(deployment.role), log)
            self._all.add(child)
            return child

    def kill(self, access_key: str) -> bool:
        """End the child with these credentials at once; whether there was one."""
        with self._lock:
            found = [child for child in self._all if child.access_key == access_key]
        for child in found:
            child.kill()
        return bool(found)

    def close(self) -> None:
        """End every child."""
        with self._lock:
            for child in self._all:
                if child.alive:
                    child.close()
            self._all.clear()
            self._idle.clear()
