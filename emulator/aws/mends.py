"""What moto 5.2.5 does not echo or does not do as AWS does, mended one by one; each function says what and why."""

import json
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.dynamodb.models.table import Table
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.sqs.models import Queue

_mended = False


def mend() -> None:
    """Apply every mend to the imported moto, once a process."""
    global _mended  # noqa: PLW0603 - moto is one for the whole process, so is its mending
    if not _mended:
        _mended = True
        for one in (
            _dead_letter_config,
            _event_bridge,
            _redrive_blanks,
            _no_direct_delivery,
            _bucket_policies,
            _item_count,
        ):
            one()
        _transition_size()


def _replace(owner: type, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _dead_letter_config() -> None:
    """A function's DeadLetterConfig is accepted but not returned: every plan would add it again."""
    construct, update, configuration = (
        LambdaFunction.__init__,
        LambdaFunction.update_configuration,
        LambdaFunction.get_configuration,
    )

    def constructed(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        self.dead_letter_config = spec.get("DeadLetterConfig")
        construct(self, account_id, spec, *args, **kwargs)

    def updated(self: Any, config_updates: dict[str, Any]) -> Any:
        self.dead_letter_config = config_updates.get("DeadLetterConfig", self.dead_letter_config)
        return update(self, config_updates)

    def configured(self: Any, on_create: bool = False) -> dict[str, Any]:
        told: dict[str, Any] = configuration(self, on_create)
        return told | ({"DeadLetterConfig": self.dead_letter_config} if self.dead_letter_config else {})

    _replace(LambdaFunction, "__init__", constructed)
    _replace(LambdaFunction, "update_configuration", updated)
    _replace(LambdaFunction, "get_configuration", configured)


def _event_bridge() -> None:
    """A bucket's EventBridgeConfiguration is kept but not returned."""
    answer = S3Response.get_bucket_notification

    def answered(self: Any) -> Any:
        status, headers, body = answer(self)
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        text = body.decode() if isinstance(body, bytes) else body
        if configuration is not None and configuration.event_bridge is not None and "EventBridge" not in text:
            empty = "<EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>"
            text = text.replace("</NotificationConfiguration>", empty)
        return status, headers, text

    _replace(S3Response, "get_bucket_notification", answered)


def _redrive_blanks() -> None:
    """A queue's RedrivePolicy comes back with blanks after `:` and `,`, which reads as a change."""
    attributes = vars(Queue)["attributes"].fget

    def compact(self: Any) -> dict[str, Any]:
        told: dict[str, Any] = attributes(self)
        if told.get("RedrivePolicy"):
            told["RedrivePolicy"] = json.dumps(json.loads(told["RedrivePolicy"]), separators=(",", ":"))
        return told

    _replace(Queue, "attributes", property(compact))


def _no_direct_delivery() -> None:
    """A message would be handed to its mapping's function inside the send; `events.py` polls as Lambda does."""
    none = property(lambda self: {}, lambda self, mappings: None)  # noqa: ARG005
    _replace(Queue, "lambda_event_source_mappings", none)


def _bucket_policies() -> None:
    """Bucket policies are judged without their conditions: a TLS-only policy would deny everything."""
    _replace(FakeBucket, "get_permission", lambda self, action, resource: PermissionResult.NEUTRAL)  # noqa: ARG005


def _item_count() -> None:
    """A table is counted while other threads write to it: the count must not walk the live dictionary."""
    _replace(Table, "__len__", lambda self: sum(len(items) for items in tuple(self.items.values())))


def _transition_size() -> None:
    """The provider waits 50 s for `x-amz-transition-default-minimum-object-size`, which is not returned."""
    for name in ("get_bucket_lifecycle", "put_bucket_lifecycle_configuration", "put_bucket_lifecycle"):
        answer = getattr(S3Response, name, None)
        if answer is not None:
            setattr(S3Response, name, _with_size(answer))


def _with_size(answer: Any) -> Any:
    header = {"x-amz-transition-default-minimum-object-size": "all_storage_classes_128K"}

    def answered(self: Any, *args: Any, **kwargs: Any) -> Any:
        told = answer(self, *args, **kwargs)
        if isinstance(told, tuple):
            status, headers, body = told
            return status, {**headers, **header}, body
        return 200, header, told

    return answered
