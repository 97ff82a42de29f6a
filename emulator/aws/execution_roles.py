"""Judge what Lambda itself does with a function's role: poll its queue, write its log, bury its events, join a network.

Source: AWS Lambda Developer Guide, Defining Lambda function permissions with an execution role; Using Lambda with
Amazon SQS: Execution role permissions; Giving Lambda functions access to resources in an Amazon VPC.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto.awslambda.models import lambda_backends

from emulator.aws.edge import Application, Environ, Middleware, read_body
from emulator.aws.iam import is_call_allowed
from emulator.aws.kms import find_key_calls
from emulator.aws.policies.callers import Caller
from emulator.aws.requests import ApiCall

POLL = ("sqs:ReceiveMessage", "sqs:GetQueueAttributes")
DELETE, SEND = "sqs:DeleteMessage", "sqs:SendMessage"
NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
CONFIGURATION = "/configuration"
FUNCTIONS, MAPPINGS = "/functions", "/event-source-mappings"
CHANGES = {"POST", "PUT"}
REFUSAL = "The provided execution role does not have permissions to call {} on {}"


class ExecutionRoles:
    """Tells what Lambda may do with the role of a function of an account, by the role's present policies."""

    def __init__(self, read_role: Callable[[str], Caller], account_id: str, region: str) -> None:
        self._read_role = read_role
        self.account_id = account_id
        self.region = region

    def may_poll(self, role: str, queue_arn: str) -> bool:
        """Tell whether a queue's messages may be counted and received, and decrypted if a key encrypts them."""
        return self.find_refused(role, [ApiCall(action, queue_arn) for action in POLL]) is None

    def may_delete(self, role: str, queue_arn: str) -> bool:
        """Tell whether a message may be deleted after its invocation succeeded."""
        return self.find_refused(role, [ApiCall(DELETE, queue_arn)]) is None

    def may_bury(self, role: str, queue_arn: str) -> bool:
        """Tell whether an event that failed may be sent to the function's dead-letter queue."""
        return self.find_refused(role, [ApiCall(SEND, queue_arn)]) is None

    def may_log(self, role: str, function: str) -> bool:
        """Tell whether a stream may be created in the function's log group, and written to."""
        group = f"arn:aws:logs:{self.region}:{self.account_id}:log-group:/aws/lambda/{function}:log-stream"
        streams = (("logs:CreateLogStream", f"{group}:"), ("logs:PutLogEvents", f"{group}:one"))
        return self.find_refused(role, [ApiCall(action, stream) for action, stream in streams]) is None

    def find_refused(self, role: str, calls: list[ApiCall]) -> ApiCall | None:
        """Return the first call that the role may not make, or the use of a key that such a call needs."""
        caller = self._read_role(role)
        every = [*calls, *find_key_calls(calls, {})]
        return next((call for call in every if not is_call_allowed(caller, call, {}, self.account_id)), None)

    def build_middleware(self) -> Middleware:
        """Return the middleware that refuses functions and mappings whose role lacks what Lambda will do with it."""

        def wrap_application(application: Application) -> Application:
            def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
                refused = self._find_refused_change(environ)
                return _refuse(refused, start_response) if refused else application(environ, start_response)

            return answer

        return wrap_application

    def _find_refused_change(self, environ: Environ) -> ApiCall | None:
        """Return what the role of a function may not do that a request creates, changes or maps to a queue."""
        path = str(environ["PATH_INFO"]).rstrip("/")
        if environ["REQUEST_METHOD"] not in CHANGES or not path.endswith((FUNCTIONS, MAPPINGS, CONFIGURATION)):
            return None
        body = json.loads(read_body(environ))
        if path.endswith(MAPPINGS):
            actions = [ApiCall(action, body["EventSourceArn"]) for action in (*POLL, DELETE)]
            return self.find_refused(self._find_role(body["FunctionName"]), actions)
        role = body.get("Role") or self._find_role(path.split("/")[-2])
        return self.find_refused(role, _list_uses(body))

    def _find_role(self, function: str) -> str:
        return str(lambda_backends[self.account_id][self.region].get_function(function).role)


def _list_uses(body: dict[str, Any]) -> list[ApiCall]:
    """Return what Lambda will do for a function with this configuration."""
    dead_letters = (body.get("DeadLetterConfig") or {}).get("TargetArn")
    in_network = bool((body.get("VpcConfig") or {}).get("SubnetIds"))
    return [
        *([ApiCall(SEND, dead_letters)] if dead_letters else []),
        *(ApiCall(action, "*") for action in (NETWORK if in_network else ())),
    ]


def _refuse(call: ApiCall, start_response: Any) -> list[bytes]:
    service, _, action = call.action.partition(":")
    message = REFUSAL.format(action, service.upper())
    content = json.dumps({"Type": "User", "message": message}).encode()
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", "InvalidParameterValueException")]
    start_response("400 Bad Request", [*headers, ("Content-Length", str(len(content)))])
    return [content]
