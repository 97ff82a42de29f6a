"""Write where a page of records ended, so that the next one goes on there, and read it again."""

import base64
import binascii
import json

from ops.errors import CommandError
from ops.reading.store import Position


def encode_cursor(position: Position, *, newest_first: bool) -> str:
    """Return the text that stands for a position, and for the order in which it was reached."""
    body = [position.timestamp, position.partition, position.log_id, int(newest_first)]
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str, *, newest_first: bool) -> Position:
    """Return the position of a cursor; raises `CommandError` if it is none, or of the other order."""
    try:
        timestamp, partition, log_id, order = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        position = Position(int(timestamp), str(partition), str(log_id))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        remedy = "copy all of what the page before printed, and repeat its other options"
        raise CommandError(f"--cursor {text[:40]}: this is no cursor: {remedy}") from error
    if bool(order) is not newest_first:
        raise CommandError(f"--cursor {text[:40]}: it is of the other order: repeat --newest as for the page before")
    return position
