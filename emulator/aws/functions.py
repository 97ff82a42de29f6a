"""Run a deployed function, the zip and its layers, in a child process under AWS's own runtime client."""

import io
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.aws.function_logs import PLAIN, FunctionLogs, InvocationUsage
from emulator.aws.runtime_api import Answer, RuntimeApi, RuntimeCall

POLL_S = 0.2
MAX_INIT_S = 10.0
"""The time that a child may take to start before its first event's time-out begins, as in Lambda."""
CPU_TIME = 2
"""The clock of a process's time in Linux: the number of a clock is that of its process, inverted, and this."""
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployed version of one function: all that is needed to start a child process."""

    name: str
    version: str
    arn: str
    handler: str
    code: bytes
    layers: tuple[bytes, ...]
    variables: tuple[tuple[str, str], ...]
    role: str
    timeout_s: int
    memory_mb: int
    logs: FunctionLogs = PLAIN


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """One finished invocation. `error` is the error that asynchronous delivery reports, None if it succeeded.

    `access_key` is that with which the child signed its requests; it is empty if no child was asked.
    """

    payload: bytes
    error: str | None
    duration_ms: float
    max_memory_mb: int
    cold: bool
    access_key: str = ""
    throttled: bool = False


class Child:
    """One execution environment: a folder, a process, a Runtime API, and credentials of the function's role."""

    def __init__(self, deployment: Deployment, credentials: Mapping[str, str], log: Path) -> None:
        self._deployment = deployment
        self._credentials = credentials
        self.log_path = log
        self._log = log.open("ab")  # first: it fails if the local AWS has ended, and nothing else is made then
        self._folder = tempfile.TemporaryDirectory(prefix="lambda-")
        self._api = RuntimeApi()
        self._cold = True
        self._process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", deployment.handler],
            cwd=self._unpack(),
            env=self._build_environment(),
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

    def _build_environment(self) -> dict[str, str]:
        root, deployment = Path(self._folder.name), self._deployment
        layers = [str(root / f"opt{number}" / "python") for number in range(1, len(deployment.layers) + 1)]
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": deployment.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployment.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": deployment.version,
            "_HANDLER": deployment.handler,
            "LAMBDA_TASK_ROOT": str(root / "task"),
            "PYTHONPATH": os.pathsep.join([str(root / "task"), *layers]),
            "PYTHONDONTWRITEBYTECODE": "1",
            **deployment.logs.build_environment(),
            **self._credentials,
            **dict(deployment.variables),
        }

    def invoke(self, call: RuntimeCall) -> InvocationResult:
        """Run one event and return its result. If the deadline passes, the process is killed and is no longer alive."""
        started, cold, self._cold = time.monotonic(), self._cold, False
        logs, deployment = self._deployment.logs, self._deployment
        self._write_log(logs.render_start(call.request_id, deployment.version))
        received = self._api.send(call)
        while not received.wait(POLL_S) and self.is_alive and time.monotonic() < started + MAX_INIT_S:
            pass
        answer, error = self._await_answer(call, time.monotonic() + call.timeout_s)
        memory_mb = self._read_peak_memory_mb()
        if not answer:
            self.close()
        duration_ms = (time.monotonic() - started) * 1000
        usage = InvocationUsage(duration_ms, deployment.memory_mb, memory_mb, error)
        self._write_log(logs.render_report(call.request_id, usage))
        payload = answer.payload if answer else json.dumps({"errorMessage": error}).encode()
        return InvocationResult(payload, error, duration_ms, memory_mb, cold, self.access_key)

    def _await_answer(self, call: RuntimeCall, deadline_s: float) -> tuple[Answer | None, str | None]:
        while time.monotonic() < deadline_s:
            try:
                answer = self._api.answers.get(timeout=POLL_S)
            except queue.Empty:
                if not self.is_alive:
                    return None, f"RequestId: {call.request_id} Error: Runtime exited with {self._process.returncode}"
                continue
            return answer, _read_error_message(answer)
        return None, f"{call.request_id} Task timed out after {call.timeout_s:.2f} seconds"

    @property
    def access_key(self) -> str:
        """Return the access key that the child signs its requests with."""
        return self._credentials["AWS_ACCESS_KEY_ID"]

    @property
    def cpu_s(self) -> float:
        """Return the processor time that the process has used so far, in seconds; ended threads count, too."""
        return time.clock_gettime((~self._process.pid << 3) | CPU_TIME)

    def read_thread_times_us(self) -> tuple[float, float]:
        """Return the processor time of the main thread so far, and that of all threads that live, in microseconds."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        times_us = {path.name: int((path / "schedstat").read_text().split()[0]) / 1000 for path in tasks.iterdir()}
        return times_us[str(self._process.pid)], sum(times_us.values())

    def kill(self) -> None:
        """Kill the process at once. An invocation that is under way ends as one whose runtime exited."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def is_alive(self) -> bool:
        """Tell whether the process still runs and can take another event."""
        return self._process.poll() is None

    def close(self) -> None:
        """Kill the process if it still runs, and remove its folder; do nothing if that is done."""
        if self._log.closed:
            return
        if self.is_alive:
            self.kill()
        self._process.wait()
        self._api.close()
        self._log.close()
        self._folder.cleanup()

    def _read_peak_memory_mb(self) -> int:
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0
        peak_kb = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), "0")
        return -(-int(peak_kb) // 1024)

    def _write_log(self, text: str) -> None:
        with self.log_path.open("a") as log:
            log.write(text)


def _read_error_message(answer: Answer) -> str | None:
    if not answer.failed:
        return None
    document: Any = json.loads(answer.payload)
    return str(document.get("errorMessage", document))
