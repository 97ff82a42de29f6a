"""Fix what the queues of moto 5.2.5 do differently from Amazon SQS: one function for each difference."""

import json
import re
from contextlib import suppress
from typing import Any

from moto.sqs.exceptions import InvalidParameterValue, ReceiptHandleIsInvalid
from moto.sqs.models import Queue, SQSBackend

from emulator.aws.chains import TRACE_ATTRIBUTE, trace_of_request
from emulator.aws.patching import replace_attribute

UNSENDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What a message may not hold (Amazon SQS API Reference, SendMessage)."""


def fix_queues() -> None:
    """Apply every fix to the imported moto, once in a process."""
    for fix in (
        _fix_redrive_policy,
        _fix_queue_policy,
        _fix_direct_delivery,
        _fix_removal,
        _fix_message_size,
        _fix_trace_header,
    ):
        fix()


def _fix_redrive_policy() -> None:
    """Return a queue's RedrivePolicy without blanks after `:` and `,`: Terraform takes the blanks for a change."""
    moto_attributes = vars(Queue)["attributes"].fget

    def read_attributes(self: Any) -> dict[str, Any]:
        attributes: dict[str, Any] = moto_attributes(self)
        if attributes.get("RedrivePolicy"):
            attributes["RedrivePolicy"] = json.dumps(json.loads(attributes["RedrivePolicy"]), separators=(",", ":"))
        return attributes

    replace_attribute(Queue, "attributes", property(read_attributes))


def _fix_queue_policy() -> None:
    """Keep a queue's policy when other attributes are set: moto forgets it."""
    moto_set = vars(Queue)["_set_attributes"]

    def set_attributes(self: Any, attributes: dict[str, Any], *args: Any) -> None:
        before = getattr(self, "policy", None) if hasattr(self, "_policy_json") else None
        moto_set(self, attributes, *args)
        if "Policy" not in attributes:
            self.policy = before

    replace_attribute(Queue, "_set_attributes", set_attributes)


def _fix_direct_delivery() -> None:
    """Keep moto from invoking a function while a message is sent to its queue: `mappings.py` polls, as Lambda does."""
    none = property(lambda self: {}, lambda self, mappings: None)  # noqa: ARG005
    replace_attribute(Queue, "lambda_event_source_mappings", none)


def _fix_removal() -> None:
    """Take a message that is deleted out of its queue: moto makes a list of the others, while threads change the queue.

    What another thread sent meanwhile was lost, and what another one deleted was there again, and could not be deleted.
    """

    def delete(self: Any, receipt_handle: str) -> None:
        if receipt_handle in self.deleted_messages:
            return
        removed = [one for one in tuple(self._messages) if one.had_receipt_handle(receipt_handle)]
        if not removed:
            raise ReceiptHandleIsInvalid
        for message in removed:
            self.pending_messages.discard(message)
            self.deleted_messages.update(message.all_receipt_handles)
            with suppress(ValueError):  # another delivery of it was deleted at the same time
                self._messages.remove(message)

    replace_attribute(Queue, "delete_message", delete)


def _fix_message_size() -> None:
    """Count a message's bytes, and refuse the characters that SQS refuses: moto counts characters, and takes all."""
    moto_validate = vars(SQSBackend)["_validate_message"]

    def validate(self: Any, queue: Any, message_body: str, *args: Any, **kwargs: Any) -> None:
        if len(message_body.encode()) > queue.maximum_message_size:
            raise InvalidParameterValue(
                "One or more parameters are invalid. Reason: Message must be shorter than "
                f"{queue.maximum_message_size} bytes."
            )
        if UNSENDABLE.search(message_body):
            raise InvalidParameterValue("Invalid characters found in the message body.")
        moto_validate(self, queue, message_body, *args, **kwargs)

    replace_attribute(SQSBackend, "_validate_message", validate)


def _fix_trace_header() -> None:
    """Keep the trace header of a request with the messages that it sends, as SQS does: moto drops it."""
    moto_send = SQSBackend.send_message

    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        message = moto_send(self, *args, **kwargs)
        if trace := trace_of_request.get():
            message.system_attributes.setdefault(TRACE_ATTRIBUTE, {"DataType": "String", "StringValue": trace})
        return message

    replace_attribute(SQSBackend, "send_message", send)
