"""Fix what moto 5.2.5 does not return, or does differently from AWS: one function for each difference."""

import re
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.cloudwatch.models import Alarm
from moto.dynamodb.models.table import Table
from moto.events.models import EventPatternParser, EventsBackend
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from emulator.aws.alarms.judgement import INSUFFICIENT_DATA
from emulator.aws.aliases import fix_aliases, fix_layers
from emulator.aws.event_patterns import check_pattern
from emulator.aws.index_changes import refuse_index_changes
from emulator.aws.index_counts import count_index_items
from emulator.aws.keys import fix_keys
from emulator.aws.message_lists import list_messages_at_once
from emulator.aws.patching import replace_attribute
from emulator.aws.queries import answer_queries
from emulator.aws.queue_fixes import fix_queues
from emulator.aws.scans import answer_scans
from emulator.aws.serial_writes import serialize_writes
from emulator.aws.table_classes import keep_table_classes
from emulator.aws.transactions import undo_transactions

MIN_TRANSITION_SIZE = {"x-amz-transition-default-minimum-object-size": "all_storage_classes_128K"}

NOTIFICATIONS_END = re.compile(r"/>\s*\Z|</NotificationConfiguration>")
"""How the answer ends: without a configuration of another kind, it is a single element."""
KEPT_SETTINGS = {"DeadLetterConfig": "dead_letter_config", "LoggingConfig": "logging_config"}
"""The settings of a function that moto forgets, and the attributes in which they are kept."""

_applied = False


def apply_fixes() -> None:
    """Apply every fix to the imported moto, once in a process."""
    global _applied  # noqa: PLW0603 - moto is one for the whole process, so are its fixes
    if not _applied:
        _applied = True
        for fix in (
            _fix_kept_settings,
            _fix_event_bridge,
            _fix_bucket_policies,
            _fix_item_count,
            _fix_transition_size,
            _fix_event_patterns,
            _fix_event_sources,
            _fix_first_state,
            fix_aliases,
            fix_layers,
            fix_queues,
            refuse_index_changes,
            keep_table_classes,
            count_index_items,
            answer_queries,
            answer_scans,
            list_messages_at_once,
            fix_keys,
            undo_transactions,
            serialize_writes,
        ):
            fix()


def _fix_kept_settings() -> None:
    """Make moto return what it forgets of a function: without that, every Terraform plan would add it again."""
    moto_init, moto_update, moto_read = (
        LambdaFunction.__init__,
        LambdaFunction.update_configuration,
        LambdaFunction.get_configuration,
    )

    def init(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        for name, attribute in KEPT_SETTINGS.items():
            setattr(self, attribute, spec.get(name))
        moto_init(self, account_id, spec, *args, **kwargs)

    def update(self: Any, config_updates: dict[str, Any]) -> Any:
        for name in KEPT_SETTINGS.keys() & config_updates.keys():
            setattr(self, KEPT_SETTINGS[name], config_updates[name])
        return moto_update(self, config_updates)

    def read(self: Any, on_create: bool = False) -> dict[str, Any]:
        configuration: dict[str, Any] = moto_read(self, on_create)
        kept = {name: getattr(self, attribute) for name, attribute in KEPT_SETTINGS.items()}
        if kept["LoggingConfig"]:
            kept["LoggingConfig"] = {"LogGroup": f"/aws/lambda/{self.function_name}", **kept["LoggingConfig"]}
        return configuration | {name: value for name, value in kept.items() if value}

    replace_attribute(LambdaFunction, "__init__", init)
    replace_attribute(LambdaFunction, "update_configuration", update)
    replace_attribute(LambdaFunction, "get_configuration", read)


def _fix_event_bridge() -> None:
    """Make moto return a bucket's EventBridgeConfiguration, which it keeps but does not return."""
    moto_answer = S3Response.get_bucket_notification

    def answer(self: Any) -> Any:
        status, headers, body = moto_answer(self)
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        text = body.decode() if isinstance(body, bytes) else body
        if configuration is not None and configuration.event_bridge is not None and "EventBridge" not in text:
            empty = "<EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>"
            text = NOTIFICATIONS_END.sub(lambda end: f"{'>' if end[0] == '/>' else ''}{empty}", text)
        return status, headers, text

    replace_attribute(S3Response, "get_bucket_notification", answer)


def _fix_bucket_policies() -> None:
    """Leave bucket policies to `iam.py`: moto knows no conditions, so a TLS-only policy would deny everything."""
    replace_attribute(FakeBucket, "get_permission", lambda self, action, resource: PermissionResult.NEUTRAL)  # noqa: ARG005


def _fix_item_count() -> None:
    """Count a table's items without iterating over the live dictionary, to which other threads write."""

    def count(table: Any) -> int:
        parts = tuple(table.items.values())
        return sum(map(len, parts)) if table.range_key_attr else len(parts)

    replace_attribute(Table, "__len__", count)


def _fix_event_patterns() -> None:
    """Refuse the event patterns that EventBridge refuses: moto takes every operator, and every wildcard."""
    moto_parse = EventPatternParser.parse

    def parse(self: Any) -> Any:
        if self.pattern:
            check_pattern(self.pattern)
        return moto_parse(self)

    replace_attribute(EventPatternParser, "parse", parse)


def _fix_event_sources() -> None:
    """Refuse events that a caller says to be from AWS, as EventBridge does: moto takes them."""
    moto_put = EventsBackend.put_events
    refusal = {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}

    def put(self: Any, events: list[dict[str, Any]]) -> Any:
        answers = iter(moto_put(self, [event for event in events if not _is_from_aws(event)]))
        return [refusal if _is_from_aws(event) else next(answers) for event in events]

    replace_attribute(EventsBackend, "put_events", put)


def _fix_first_state() -> None:
    """Begin an alarm without a state, as CloudWatch does: moto takes all to be well."""
    moto_init = Alarm.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        moto_init(self, *args, **kwargs)
        self.state_value = INSUFFICIENT_DATA

    replace_attribute(Alarm, "__init__", init)


def _is_from_aws(event: dict[str, Any]) -> bool:
    return str(event.get("Source", "")).startswith("aws.")


def _fix_transition_size() -> None:
    """Return the header for which the AWS provider otherwise waits 50 s after it has put a lifecycle configuration."""
    for name in ("get_bucket_lifecycle", "put_bucket_lifecycle_configuration", "put_bucket_lifecycle"):
        moto_answer = getattr(S3Response, name, None)
        if moto_answer is not None:
            setattr(S3Response, name, _add_transition_size(moto_answer))


def _add_transition_size(moto_answer: Any) -> Any:
    def answer(self: Any, *args: Any, **kwargs: Any) -> Any:
        response = moto_answer(self, *args, **kwargs)
        if isinstance(response, tuple):
            status, headers, body = response
            return status, {**headers, **MIN_TRANSITION_SIZE}, body
        return 200, MIN_TRANSITION_SIZE, response

    return answer
