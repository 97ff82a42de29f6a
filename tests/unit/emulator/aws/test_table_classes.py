"""The local AWS keeps the class of a table, and refuses what DynamoDB refuses."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.emulator.aws.test_queries import client, create_table

__all__ = ["client"]

INFREQUENT = "STANDARD_INFREQUENT_ACCESS"


def tell_class(client: Any) -> str | None:
    summary: dict[str, str] = client.describe_table(TableName="t")["Table"].get("TableClassSummary", {})
    return summary.get("TableClass")


def test_a_table_keeps_the_class_it_is_given(client: Any) -> None:
    """Created with one it has it, and changed twice it has the last; a change to what it is counts as none."""
    assert tell_class(client) is None
    client.delete_table(TableName="t")
    create_table(client, TableClass=INFREQUENT)
    assert tell_class(client) == INFREQUENT
    for wanted in (INFREQUENT, "STANDARD", "STANDARD", INFREQUENT):
        client.update_table(TableName="t", TableClass=wanted)
        assert tell_class(client) == wanted


def test_a_third_change_within_a_month_is_refused(client: Any) -> None:
    """The table keeps the class it had."""
    for wanted in (INFREQUENT, "STANDARD"):
        client.update_table(TableName="t", TableClass=wanted)
    with pytest.raises(ClientError, match="LimitExceededException"):
        client.update_table(TableName="t", TableClass=INFREQUENT)
    assert tell_class(client) == "STANDARD"


def test_an_unknown_class_is_refused(client: Any) -> None:
    """DynamoDB has two."""
    with pytest.raises(ClientError, match="enum value set"):
        client.update_table(TableName="t", TableClass="GLACIER")
