"""Hide the variables of a function from who may not decrypt them: Lambda decrypts them by the rights of who asks.

Source: AWS Lambda Developer Guide, Securing Lambda environment variables; API Reference, EnvironmentResponse. Callers
without policies (Terraform, the operator) see them all.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from emulator.aws.edge import Application, Environ, Middleware
from emulator.aws.iam import ACCESS_KEY, is_call_allowed
from emulator.aws.policies.callers import Caller
from emulator.aws.requests import ApiCall

FUNCTIONS = "/2015-03-31/functions/"
DECRYPT = "kms:Decrypt"
REASON = (
    "Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS "
    "permissions. KMS Exception: AccessDeniedException KMS Message: {} is not authorized to perform: {} on resource: {}"
)


def build_variable_middleware(find_caller: Callable[[str], Caller | None], account_id: str, region: str) -> Middleware:
    """Return the middleware that answers with an error in place of variables; `find_caller` takes an access key."""
    via = {"kms:ViaService": f"lambda.{region}.amazonaws.com"}

    def hide(caller: Caller, configuration: Any) -> None:
        key = configuration.get("KMSKeyArn")
        if key and "Environment" in configuration:
            call = ApiCall(DECRYPT, key)
            if not is_call_allowed(caller, call, via, account_id):
                message = REASON.format(caller.name, DECRYPT, key)
                configuration["Environment"] = {"Error": {"ErrorCode": "AccessDeniedException", "Message": message}}

    def wrap_application(application: Application) -> Application:
        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            match = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
            caller = find_caller(match[1]) if match else None
            if caller is None or environ["REQUEST_METHOD"] != "GET" or FUNCTIONS not in str(environ["PATH_INFO"]):
                return application(environ, start_response)
            begun: list[Any] = []
            content = b"".join(application(environ, lambda *given: begun.extend(given)))
            status, headers = begun[:2]
            if status.startswith("200"):
                content = _change(content, lambda one: hide(caller, one))
            kept = [pair for pair in headers if pair[0].lower() != "content-length"]
            start_response(status, [*kept, ("Content-Length", str(len(content)))])
            return [content]

        return answer

    return wrap_application


def _change(content: bytes, change: Callable[[Any], None]) -> bytes:
    """Return an answer of Lambda after each configuration of a function in it was changed."""
    answered = json.loads(content)
    for configuration in (answered, answered.get("Configuration", {}), *answered.get("Versions", ())):
        change(configuration)
    return json.dumps(answered).encode()
