"""Deliver events over EventBridge's buses, of all accounts and regions: rules, targets, permissions, dead letters.

Sources: Amazon EventBridge User Guide, Sending and receiving events between AWS accounts; Using
resource-based policies; Using dead-letter queues to process undelivered events.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import sqs_backends

from emulator.aws.aliases import find_target
from emulator.aws.event_patterns import matches
from emulator.aws.policies.callers import AccessRequest, Caller
from emulator.aws.policies.decision import is_allowed

SERVICE = "events.amazonaws.com"
NO_PERMISSIONS, NO_RESOURCE = "NO_PERMISSIONS", "NO_RESOURCE"
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a rule could not give to a target, and why; it is `kept` if a dead-letter queue took it."""

    rule: str
    target: str
    reason: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an ARN such as `arn:aws:events:us-east-1:123456789012:event-bus/default`."""

    text: str

    @property
    def service(self) -> str:
        """Return its service."""
        return self.text.split(":")[2]

    @property
    def location(self) -> tuple[str, str]:
        """Return its account and region."""
        parts = self.text.split(":")
        return parts[4], parts[3]

    @property
    def name(self) -> str:
        """Return what stands behind the kind of resource."""
        return self.text.split(":", 5)[5].rpartition("/")[2].rpartition(":")[2]


class Buses:
    """The buses; `invoke` takes a function's ARN and an event. `undelivered` lists what could not be delivered."""

    def __init__(self, invoke: Callable[[str, bytes], None]) -> None:
        self._invoke = invoke
        self.undelivered: list[Undelivered] = []

    def put(self, event: Event, account: str, region: str, bus: str = "default") -> None:
        """Give an event to every rule of a bus."""
        for rule in list(events_backends[account][region].event_buses[bus].rules.values()):
            self.apply_rule(rule, event)

    def apply_rule(self, rule: Any, event: Event) -> None:
        """Deliver an event to the targets of a rule of moto's, if it is enabled and its pattern matches."""
        if rule.state == "ENABLED" and matches(rule.event_pattern.get_pattern(), event):
            for target in list(rule.targets):
                self._deliver(rule, target, event)

    def _deliver(self, rule: Any, target: Mapping[str, Any], event: Event) -> None:
        arn = Arn(target["Arn"])
        match arn.service:
            case "lambda":
                reason = self._invoke_function(rule, arn, event)
            case "events":
                reason = self._forward(rule, target, arn, event)
            case "sqs":
                reason = _send_message(rule.arn, arn, encode_event(event), {})
            case _:
                raise LookupError(f"the local AWS does not know the target {arn.text} of event rules: add it")
        if reason:
            kept = _keep_letter(rule, target, encode_event(event), reason)
            self.undelivered.append(Undelivered(rule.arn, arn.text, reason, kept))

    def _invoke_function(self, rule: Any, arn: Arn, event: Event) -> str:
        account, region = arn.location
        try:
            function = find_target(lambda_backends[account][region], arn.text)
        except UnknownFunctionException:
            return NO_RESOURCE
        policy = json.dumps({"Statement": function.policy.statements})
        if not is_allowed(_make_request(rule.arn, "lambda:InvokeFunction", arn), policy):
            return NO_PERMISSIONS
        self._invoke(arn.text, encode_event(event))
        return ""

    def _forward(self, rule: Any, target: Mapping[str, Any], arn: Arn, event: Event) -> str:
        """Give an event to another bus; one that came from another account goes no further than to this one's."""
        account, region = arn.location
        if event["account"] != rule.account_id and account != rule.account_id:
            return NO_PERMISSIONS
        bus = events_backends[account][region].event_buses.get(arn.name)
        if bus is None:
            return NO_RESOURCE
        caller = _assume_role(target.get("RoleArn", ""), rule)
        request = AccessRequest(caller, "events:PutEvents", arn.text, account, {"events:source": (event["source"],)})
        if not is_allowed(request, bus.policy or ""):
            return NO_PERMISSIONS
        self.put(event, account, region, arn.name)
        return ""


def encode_event(event: Event) -> bytes:
    """Return the JSON of an event, whose time may be in seconds since 1970, as moto keeps it."""
    moment = datetime.fromtimestamp(float(event["time"]), UTC).isoformat(timespec="seconds")
    return json.dumps({**event, "time": moment.replace("+00:00", "Z")}).encode()


def _make_request(rule_arn: str, action: str, resource: Arn) -> AccessRequest:
    keys = {"aws:SourceArn": rule_arn, "aws:SourceAccount": Arn(rule_arn).location[0]}
    return AccessRequest(Caller(service=SERVICE, keys=keys), action, resource.text, resource.location[0])


def _assume_role(role_arn: str, rule: Any) -> Caller:
    """Return who sends to another bus: the role of the target if EventBridge may assume it, else nobody known.

    A target without a role is refused too: AWS still takes a bus's policy alone for some, and recommends a role.
    """
    role = next((role for role in iam_backends[rule.account_id]["aws"].roles.values() if role.arn == role_arn), None)
    if role is None:
        return Caller()
    keys = {"aws:SourceArn": rule.arn, "aws:SourceAccount": rule.account_id}
    assume = AccessRequest(Caller(service=SERVICE, keys=keys), "sts:AssumeRole", role_arn, rule.account_id)
    trust = json.dumps({"Statement": list(_read_trust(str(role.assume_role_policy_document), role_arn))})
    if not is_allowed(assume, trust):
        return Caller()
    return Caller(account=rule.account_id, arn=role_arn, policies=tuple(map(str, role.policies.values())))


def _read_trust(document: str, role_arn: str) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of a role's trust policy, which name no resource, with the role as theirs."""
    statements = json.loads(document)["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        yield {**statement, "Resource": role_arn}


def _keep_letter(rule: Any, target: Mapping[str, Any], event: bytes, reason: str) -> bool:
    queue_arn = str((target.get("DeadLetterConfig") or {}).get("Arn", ""))
    texts = {"RULE_ARN": rule.arn, "TARGET_ARN": target["Arn"], "ERROR_CODE": reason, "ERROR_MESSAGE": reason}
    return bool(queue_arn) and not _send_message(rule.arn, Arn(queue_arn), event, texts)


def _send_message(rule_arn: str, queue_arn: Arn, body: bytes, texts: Mapping[str, str]) -> str:
    """Send a message if the queue's policy admits the rule; return the reason if it was not sent."""
    account, region = queue_arn.location
    sqs = sqs_backends[account][region]
    try:
        policy = sqs.get_queue(queue_arn.name).policy
    except QueueDoesNotExist:
        return NO_RESOURCE
    document = json.dumps(policy) if isinstance(policy, Mapping) else str(policy or "")
    if not is_allowed(_make_request(rule_arn, "sqs:SendMessage", queue_arn), document):
        return NO_PERMISSIONS
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    sqs.send_message(queue_arn.name, body.decode(), message_attributes=attributes)
    return ""
