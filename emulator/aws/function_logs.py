"""Write the lines that Lambda itself adds to a function's log, as text or as JSON, and choose the level of the others.

Source: AWS Lambda Developer Guide, Configuring advanced logging controls for Lambda functions; Lambda Telemetry API
Event schema reference, platform.start and platform.report.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

JSON, TEXT = "JSON", "Text"
DEFAULT_LEVEL = "INFO"
LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
"""The levels of the function's lines, the most detailed first."""
SAME_LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
"""The levels of Python's logging that Lambda calls otherwise."""


@dataclass(frozen=True, slots=True)
class InvocationUsage:
    """What an invocation took: its time, the memory that it may use, the most that it used, and how it failed."""

    duration_ms: float
    memory_mb: int
    max_memory_mb: int
    error: str | None


@dataclass(frozen=True, slots=True)
class FunctionLogs:
    """The format of a function's log (`JSON` or `Text`), and the levels from which lines are kept if it is JSON."""

    format: str = TEXT
    application_level: str = ""
    system_level: str = ""

    def build_environment(self) -> dict[str, str]:
        """Return the variables in which Lambda tells the runtime the format and the level."""
        if self.format != JSON:
            return {}
        return {"AWS_LAMBDA_LOG_FORMAT": JSON, "AWS_LAMBDA_LOG_LEVEL": self.application_level}

    def keeps(self, line: dict[str, Any]) -> bool:
        """Tell whether a line that the function wrote as JSON passes the level: one without a level is INFO."""
        if self.format != JSON:
            return True
        level = str(line.get("level", "")).upper()
        level = SAME_LEVELS.get(level, level)
        return LEVELS.index(level if level in LEVELS else DEFAULT_LEVEL) >= LEVELS.index(self.application_level)

    def render_start(self, request_id: str, version: str) -> str:
        """Return the line before an invocation."""
        if self.format != JSON:
            return f"START RequestId: {request_id} Version: {version}\n"
        return self._render_event("platform.start", {"requestId": request_id, "version": version})

    def render_report(self, request_id: str, usage: InvocationUsage) -> str:
        """Return the lines after an invocation, which say what it took."""
        if self.format != JSON:
            return (
                f"END RequestId: {request_id}\nREPORT RequestId: {request_id} Duration: {usage.duration_ms:.2f} ms "
                f"Memory Size: {usage.memory_mb} MB Max Memory Used: {usage.max_memory_mb} MB {usage.error or ''}\n"
            )
        metrics = {
            "durationMs": round(usage.duration_ms, 3),
            "memorySizeMB": usage.memory_mb,
            "maxMemoryUsedMB": usage.max_memory_mb,
        }
        status = {"status": "error", "errorType": usage.error} if usage.error else {"status": "success"}
        return self._render_event("platform.report", {"requestId": request_id, "metrics": metrics, **status})

    def _render_event(self, kind: str, record: dict[str, Any]) -> str:
        """Return an event of the platform as a line; from the system level WARN on there is none of these."""
        if LEVELS.index(self.system_level) > LEVELS.index(DEFAULT_LEVEL):
            return ""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f"{json.dumps({'time': now, 'type': kind, 'record': record})}\n"


PLAIN = FunctionLogs()
"""How the log of a function without a setting is written."""
