"""Keep the class of a table, which moto 5.2.5 forgets, and refuse what DynamoDB refuses to change of it."""

from datetime import timedelta
from functools import wraps
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
MAX_CHANGES, WITHIN = 2, timedelta(days=30)
TOO_MANY = "Subscriber limit exceeded: a table's class can be changed twice in 30 days"


def keep_table_classes() -> None:
    """Make moto keep and tell the class that a table is created with or changed to: two changes in 30 days at most."""
    moto_create, moto_update, moto_describe = DynamoHandler.create_table, DynamoHandler.update_table, Table.describe

    @wraps(moto_create)
    def create_table(handler: Any) -> Any:
        wanted = _read_class(handler.body)
        answer = moto_create(handler)
        if wanted:
            _get_table(handler).table_class = wanted
        return answer

    @wraps(moto_update)
    def update_table(handler: Any) -> Any:
        wanted, table = _read_class(handler.body), _get_table(handler)
        if wanted and wanted != getattr(table, "table_class", CLASSES[0]):
            _count_change(table)
            table.table_class = wanted
        return moto_update(handler)

    @wraps(moto_describe)
    def describe(table: Any, base_key: str = "TableDescription") -> dict[str, Any]:
        described: dict[str, Any] = moto_describe(table, base_key)
        if hasattr(table, "table_class"):
            described[base_key]["TableClassSummary"] = {"TableClass": table.table_class}
        return described

    for owner, function in ((DynamoHandler, create_table), (DynamoHandler, update_table), (Table, describe)):
        setattr(owner, function.__name__, function)


def _get_table(handler: Any) -> Any:
    return handler.dynamodb_backend.get_table(handler.body["TableName"])


def _read_class(body: dict[str, Any]) -> str | None:
    """Return the class that a request names; refuse one that DynamoDB does not have."""
    wanted: str | None = body.get("TableClass")
    if wanted is not None and wanted not in CLASSES:
        raise MockValidationException(
            f"1 validation error detected: Value '{wanted}' at 'tableClass' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(CLASSES)}]"
        )
    return wanted


def _count_change(table: Any) -> None:
    now = utcnow()
    recent = [moment for moment in getattr(table, "class_changes", []) if now - moment < WITHIN]
    if len(recent) >= MAX_CHANGES:
        raise JsonRESTError("LimitExceededException", TOO_MANY)
    table.class_changes = [*recent, now]
