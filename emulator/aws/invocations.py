"""Run invocations: admit each, give it to a child of its function, and count and list what became of it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import LambdaFunction

from emulator.aws.chains import Chains
from emulator.aws.concurrency import THROTTLED, ConcurrencyPool
from emulator.aws.deployments import describe_deployment
from emulator.aws.fleet import Fleet
from emulator.aws.functions import InvocationResult
from emulator.aws.runtime_api import RuntimeCall
from emulator.aws.service_metrics import ServiceMetrics

MOTO_INVOKE = "_invoke_lambda"
"""The method through which moto 5.2.5 runs every synchronous invocation."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One finished invocation of a function, as `LocalAws.invocations` lists it; its child signed with `access_key`."""

    function: str
    version: str
    request_id: str
    trigger: str
    duration_ms: float
    max_memory_mb: int
    cold: bool
    error: str | None
    access_key: str


class Invoker:
    """Runs the functions of one region; `finished` gets each invocation that a child has ended."""

    def __init__(
        self,
        endpoint_url: str,
        region: str,
        fleet: Fleet,
        *,
        concurrency: ConcurrencyPool,
        chains: Chains,
        metrics: ServiceMetrics,
        finished: list[Invocation],
    ) -> None:
        self._endpoint_url, self._region, self._fleet = endpoint_url, region, fleet
        self._concurrency, self._chains, self._metrics = concurrency, chains, metrics
        self._finished = finished

    def serve_moto(self) -> None:
        """Let moto run synchronous invocations here."""

        def invoke(function: Any, event: Any = None) -> tuple[str, bool, str]:
            payload = b"{}" if event is None or event == "{}" else json.dumps(event).encode()
            result = self.run(function, payload, "invoke", str(uuid.uuid4()), "")
            return result.payload.decode(), result.error is not None, ""

        setattr(LambdaFunction, MOTO_INVOKE, invoke)

    def run(self, function: Any, event: bytes, trigger: str, request_id: str, lineage: str) -> InvocationResult:
        """Run an event in a function of moto's, whose chain of invocations is `lineage`, and return the result.

        Beyond the account's pool and the function's reservation, the result says that it was throttled.
        """
        deployment = describe_deployment(function, self._endpoint_url, self._region)
        lineage = lineage or self._chains.begin_chain(deployment.name)
        call = RuntimeCall(request_id, event, float(function.timeout), function.function_arn, lineage)
        with self._concurrency.admit(deployment.name) as admitted:
            result = self._fleet.invoke(deployment, call) if admitted else _throttle()
        self._metrics.count_invocation(deployment.name, result)
        if admitted:
            self._finished.append(
                Invocation(
                    function=deployment.name,
                    version=deployment.version,
                    request_id=request_id,
                    trigger=trigger,
                    duration_ms=result.duration_ms,
                    max_memory_mb=result.max_memory_mb,
                    cold=result.cold,
                    error=result.error,
                    access_key=result.access_key,
                )
            )
        return result


def _throttle() -> InvocationResult:
    return InvocationResult(b"null", THROTTLED, 0.0, 0, cold=False, throttled=True)
