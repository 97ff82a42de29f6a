"""Change tables by one write after the other, as DynamoDB changes an item: between threads, moto 5.2.5 loses writes.

It reads an item, judges the condition, and puts the changed item back: a write of another thread in between was gone.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

WRITES = ("delete_item", "put_item", "transact_write_items", "update_item")


def serialize_writes() -> None:
    """Make moto's writes with conditions wait for each other."""
    lock = threading.RLock()  # a transaction writes its items by the others

    def hold(write: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(write)
        def hold_and_write(*arguments: Any, **named: Any) -> Any:
            with lock:
                return write(*arguments, **named)

        return hold_and_write

    for name in WRITES:
        setattr(DynamoDBBackend, name, hold(getattr(DynamoDBBackend, name)))
