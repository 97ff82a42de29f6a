"""What a log service carries: a message that is a line of another format, AWS's own among them, read as one."""

from log_processor.formats.lib.format import Parsed, ReadMessage


def parse_embedded(message: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Return what `message` says, the whole of it as `message` if it names none; None if no format reads it."""
    message = message.rstrip("\r\n")
    answer = read(message, last_modified_ms)
    if answer is None:
        return None
    _, parsed = answer
    if message[:1] != "{":
        parsed.fields.setdefault("message", message)
    return parsed
