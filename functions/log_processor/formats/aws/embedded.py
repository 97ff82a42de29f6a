"""Parse a log service's message that is itself a line of another format, such as an AWS service's own."""

from log_processor.formats.lib.format import Parsed, ReadMessage


def parse_embedded(message: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse `message` with the formats that may be embedded; return None if none reads it.

    The whole text becomes the field `message` if the format gives none. An object in JSON keeps its own members alone.
    """
    message = message.rstrip("\r\n")
    answer = read(message, last_modified_ms)
    if answer is None:
        return None
    _, parsed = answer
    if message[:1] != "{":
        parsed.fields.setdefault("message", message)
    return parsed
