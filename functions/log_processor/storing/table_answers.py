"""Ask the log table over the wire, and tell which of its refusals no other try mends."""

from log_processor.errors import AccessDeniedError, ExpiredCredentialsError, PermanentError, ServiceUnavailableError
from log_processor.service_errors import DENIED_CODES, EXPIRED, EXPIRED_CODES
from log_processor.storing.wire import Reply, TableWire

INVALID_CODE = "ValidationException"
FINAL_CODES = frozenset({INVALID_CODE, "ResourceNotFoundException", "SerializationException"})


def ask_table(wire: TableWire, body: bytes, timeout_s: float) -> Reply:
    """Post a body and return the reply; why there is no whole one within `timeout_s` is its error."""
    try:
        return wire.post(body, timeout_s)
    except ServiceUnavailableError as error:
        return Reply(error=str(error))


def raise_final(reply: Reply, action: str) -> None:
    """Raise the error of a refusal that comes again whenever the same is asked; `action` is what was asked for."""
    message = reply.payload.get("message", "")
    if reply.error in DENIED_CODES:
        raise AccessDeniedError(f"{action}: {reply.error}; check the function's role")
    if reply.error in EXPIRED_CODES:
        raise ExpiredCredentialsError(f"{action}: {reply.error}: {message}; {EXPIRED}")
    if reply.error in FINAL_CODES:
        raise PermanentError(f"{action}: {reply.error}: {message}")
