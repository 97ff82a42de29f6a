"""Read what moto knows of the deployed functions: what a child needs, and what they reserve."""

import base64
from typing import Any

from moto.awslambda.models import lambda_backends

from emulator.aws.function_logs import DEFAULT_LEVEL, JSON, PLAIN, FunctionLogs
from emulator.aws.functions import Deployment


def describe_deployment(function: Any, endpoint_url: str, region: str) -> Deployment:
    """Return the deployment of one of moto's functions or versions, whose clients use the AWS at `endpoint_url`."""
    variables = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        **(function.environment_vars or {}),
    }
    return Deployment(
        name=function.function_name,
        version=str(function.version),
        arn=function.function_arn,
        handler=function.handler,
        code=_decode_code(function.code_bytes),
        layers=tuple(map(_decode_code, function.layer_zips)),
        variables=tuple(sorted(variables.items())),
        role=function.role,
        timeout_s=int(function.timeout),
        memory_mb=int(function.memory_size),
        logs=_read_logs(function),
    )


def find_logs(account_id: str, region: str, name: str) -> FunctionLogs:
    """Return how the log of the function with that name is written; that of one that is gone is text."""
    functions: Any = lambda_backends[account_id][region].list_functions()
    return next((_read_logs(function) for function in functions if function.function_name == name), PLAIN)


def _read_logs(function: Any) -> FunctionLogs:
    config = getattr(function, "logging_config", None) or {}
    if config.get("LogFormat") != JSON:
        return PLAIN
    application, system = (config.get(f"{name}LogLevel") or DEFAULT_LEVEL for name in ("Application", "System"))
    return FunctionLogs(JSON, application, system)


def read_reservations(account_id: str, region: str) -> dict[str, int]:
    """Return how many executions each function reserves that reserves any; 0 stops a function."""
    functions: Any = lambda_backends[account_id][region].list_functions()
    reserved = ((function.function_name, function.reserved_concurrency) for function in functions)
    return {name: int(count) for name, count in reserved if count is not None and int(count) >= 0}


def _decode_code(content: Any) -> bytes:
    return content if isinstance(content, bytes) else base64.b64decode(content)
