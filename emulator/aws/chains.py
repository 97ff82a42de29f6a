"""Follow chains of invocations through queues, and cut those that Lambda would take for an endless loop.

Source: AWS Lambda Developer Guide, Use Lambda recursive loop detection to prevent infinite loops. Lambda writes into
the trace header of an invocation how often the chain has passed through the function. The SDK sends that header with
each call, SQS keeps it with the message, and Lambda reads it before the next invocation.
"""

import contextvars
import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from emulator.aws.edge import Application, Environ, Middleware, read_body

MAX_INVOCATIONS = 16
"""The invocations of one chain, after which Lambda drops what would start another one."""
TRACE_HEADER = "HTTP_X_AMZN_TRACE_ID"
TRACE_ATTRIBUTE = "AWSTraceHeader"
LINEAGE = re.compile(r"(?:^|;)Lineage=(?:\d+:)?([0-9a-f]+):(\d+)")
CONFIG_PATH = re.compile(r"/2024-08-31/functions/([^/]+)/recursion-config/?")
ALLOW, TERMINATE = "Allow", "Terminate"

trace_of_request: contextvars.ContextVar[str] = contextvars.ContextVar("trace_of_request", default="")
"""The trace header of the request that this thread answers; empty if it has none."""


class Chains:
    """The chains of one AWS. `cut` counts the messages that were dropped, by function."""

    def __init__(self) -> None:
        self._settings: dict[str, str] = {}
        self._lock = threading.Lock()
        self.cut: Counter[str] = Counter()

    def begin_chain(self, function: str) -> str:
        """Return the lineage of an invocation that no message started."""
        return _make_lineage(function, 1)

    def continue_chain(self, function: str, traces: Iterable[str]) -> str | None:
        """Return the lineage of an invocation that messages with these trace headers start.

        Return None, and count the messages, if the longest chain of them has to end and the function does not allow
        it to go on.
        """
        sent = list(traces)
        count = max((_count_invocations(function, trace) for trace in sent), default=0)
        if count < MAX_INVOCATIONS or self.get_setting(function) == ALLOW:
            return _make_lineage(function, count + 1)
        with self._lock:
            self.cut[function] += len(sent)
        return None

    def get_setting(self, function: str) -> str:
        """Return what the function says of endless loops: `Terminate`, unless it was set to `Allow`."""
        return self._settings.get(function, TERMINATE)

    def build_middleware(self) -> Middleware:
        """Return the middleware that keeps each request's trace header, and answers for functions' settings."""

        def wrap_application(application: Application) -> Application:
            def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
                trace_of_request.set(str(environ.get(TRACE_HEADER, "")))
                match = CONFIG_PATH.fullmatch(str(environ.get("PATH_INFO", "")))
                if match is None:
                    return application(environ, start_response)
                name = unquote(match[1]).rpartition(":")[2]
                if environ["REQUEST_METHOD"] == "PUT":
                    self._settings[name] = json.loads(read_body(environ))["RecursiveLoop"]
                body = json.dumps({"RecursiveLoop": self.get_setting(name)}).encode()
                start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
                return [body]

            return answer

        return wrap_application


def read_trace(message: Any) -> str:
    """Return the trace header that one of moto's messages was sent with; empty if it had none."""
    attribute: Mapping[str, Any] = (message.system_attributes or {}).get(TRACE_ATTRIBUTE, {})
    return str(attribute.get("StringValue", ""))


def _make_lineage(function: str, count: int) -> str:
    return f"Lineage=1:{_hash_name(function)}:{count}"


def _count_invocations(function: str, trace: str) -> int:
    """Return how often the chain of a trace header has passed through the function."""
    return max((int(count) for name, count in LINEAGE.findall(trace) if name == _hash_name(function)), default=0)


def _hash_name(function: str) -> str:
    return hashlib.sha256(function.encode()).hexdigest()[:8]
