"""Refuse what DynamoDB refuses to change of the indexes of a table, and moto 5.2.5 takes or fails on."""

from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

FIXED = ("KeySchema", "Projection")
ONE_INDEX = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"


def refuse_index_changes() -> None:
    """Make moto refuse an index that exists already, another projection or key for one, and two changes at a time."""
    moto_update = DynamoDBBackend.update_table_global_indexes

    @wraps(moto_update)
    def update_table_global_indexes(backend: Any, table: Table, global_index_updates: list[dict[str, Any]]) -> None:
        _check_changes([index.name for index in table.global_indexes], global_index_updates)
        moto_update(backend, table, global_index_updates)

    setattr(DynamoDBBackend, update_table_global_indexes.__name__, update_table_global_indexes)


def _check_changes(names: Sequence[str], changes: Sequence[Mapping[str, Any]]) -> None:
    created, updated = ([change[kind] for change in changes if kind in change] for kind in ("Create", "Update"))
    for index in created:
        if index["IndexName"] in names:
            raise MockValidationException(f"Attempting to create an index which already exists: {index['IndexName']}")
    for index in updated:
        if fixed := [name for name in FIXED if name in index]:
            raise MockValidationException(
                f"{' and '.join(fixed)} of the index {index['IndexName']} cannot be changed: delete it and add another"
            )
    if len(changes) - len(updated) > 1:
        raise JsonRESTError("LimitExceededException", ONE_INDEX)
