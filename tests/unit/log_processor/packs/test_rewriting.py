"""A pack is written anew without some of its records: the others stay as they are."""

import base64
from typing import Any

import pytest
from log_processor import planning
from log_processor.packs.rewriting import drop_records, make_condition

from tests.unit.log_processor.edges import World
from tests.unit.log_processor.packed import read_records

BODY = b"".join(
    b'{"n": %d, "user": "u%d", "level": "%s"}\n' % (n, n % 7, [b"info", b"error"][n % 2]) for n in range(60)
)
ARRAY = b'[{"n": 1, "user": "u1"}, {"n": 2, "user": "u2"}, {"n": 3, "user": "u1"}]'


def list_packs(body: bytes) -> list[dict[str, Any]]:
    """Return the packs of a body as boto3's client would."""
    world = World(storage="packs")
    world.once(world.put(body))
    return [item | {"log_data": {"B": base64.b64decode(item["log_data"]["B"])}} for item in world.wire.items.values()]


def list_records(pack: dict[str, Any]) -> list[dict[str, Any]]:
    return list(read_records(pack | {"log_data": {"B": base64.b64encode(pack["log_data"]["B"]).decode()}}))


@pytest.fixture(autouse=True)
def small_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pack the records of every kilobyte together."""
    monkeypatch.setattr(planning, "GRID_BITS", 10)


@pytest.mark.parametrize("body", [BODY, ARRAY])
def test_the_other_records_stay(body: bytes) -> None:
    """Their ids, times and fields are as before, and the counts beside them follow."""
    for pack in list_packs(body):
        anew, dropped = drop_records(pack, 9, lambda record: record.fields["user"] != "u1")
        expected = [record for record in list_records(pack) if record["fields"]["M"]["user"]["S"] != "u1"]
        assert anew is not None
        assert list_records(anew) == expected
        assert dropped == int(pack["records"]["N"]) - len(expected)
        assert int(anew["records"]["N"]) == len(expected)
        assert (anew["first"], anew["revision"]) == ({"N": expected[0]["timestamp"]["N"]}, {"N": "1"})
        kept = {
            name: value for name, value in anew.items() if name in {"log_id", "timestamp", "processed_at", "pack_day"}
        }
        assert kept.items() <= pack.items()
        again, none_dropped = drop_records(anew, 9, lambda _record: True)
        assert (none_dropped, again and again["revision"]) == (0, {"N": "2"})


def test_a_pack_without_records_is_none() -> None:
    """Whoever writes it removes the item instead."""
    (pack,) = list_packs(ARRAY)
    assert drop_records(pack, 9, lambda _record: False) == (None, 3)


def test_the_condition_sees_what_was_written_meanwhile() -> None:
    """Another rewrite has another revision; the function's own write has none, and another document or beginning."""
    (pack,) = list_packs(ARRAY)
    first = make_condition(pack)
    assert first["ConditionExpression"].endswith("attribute_not_exists(#revision)")
    assert first["ExpressionAttributeValues"][":data"] == pack["log_data"]
    anew, _ = drop_records(pack, 9, lambda record: record.fields["user"] != "u1")
    assert anew is not None
    second = make_condition(anew)
    assert second["ConditionExpression"].endswith("#revision = :revision")
    assert second["ExpressionAttributeValues"] == {
        ":begun": pack["processed_at"],
        ":data": anew["log_data"],
        ":revision": {"N": "1"},
    }
