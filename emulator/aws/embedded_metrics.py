"""Make metrics of what the functions log in the embedded metric format, as CloudWatch does of a log group's lines."""

import threading
from collections.abc import Callable
from pathlib import Path

from emulator.aws.embedded_format import EmbeddedFormatError, parse_document, read_values
from emulator.aws.function_logs import FunctionLogs
from emulator.aws.metrics import Clock, MetricStore

FindLogs = Callable[[str], FunctionLogs]


class EmbeddedMetrics:
    """A reader of the logs in `log_dir` that adds their metrics to `store`; a function's log is `<its name>.log`.

    What the logs have at first is of an earlier local AWS, and is left out. `find_logs` returns how a function's log is
    written: a line whose level it does not keep makes no metrics. The functions run by this machine's time; their
    metrics get that of `clock`, as it is when they are collected. `problems` says of each document that CloudWatch
    would not accept what is wrong in it.
    """

    def __init__(self, log_dir: Path, store: MetricStore, clock: Clock, find_logs: FindLogs) -> None:
        self._log_dir, self._store, self._clock, self._find_logs = log_dir, store, clock, find_logs
        self._offsets = {path: path.stat().st_size for path in log_dir.glob("*.log")}
        self._lock = threading.Lock()
        self.problems: list[str] = []

    def collect(self) -> None:
        """Add the metrics of the lines that were logged since the last time."""
        with self._lock:
            for path in sorted(self._log_dir.glob("*.log")):
                self._collect_log(path)

    def _collect_log(self, path: Path) -> None:
        with path.open("rb") as log:
            log.seek(self._offsets.get(path, 0))
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]  # the last line may not be written to its end
        self._offsets[path] = self._offsets.get(path, 0) + len(whole)
        logs = self._find_logs(path.stem)
        for line in whole.decode("utf-8", "replace").split("\n"):
            document = parse_document(line)
            if document is not None and logs.keeps(document):
                self._add(path.stem, line)

    def _add(self, function: str, line: str) -> None:
        try:
            values = read_values(line)
        except EmbeddedFormatError as error:
            self.problems.append(f"{function}: {error}")
            return
        for each in values:
            self._store.add(
                each.namespace, each.name, each.dimensions, each.value, each.at_ms / 1000 + self._clock.ahead_s
            )
