"""The fields that an object's key and its route give to each of its records, through the whole pipeline."""

import json
from typing import Any

import orjson
import pytest
from log_processor.record import LogRecord
from log_processor.routing import routes
from log_processor.routing.lib.key_names import RESERVED
from log_processor.routing.lib.route import DEFAULT
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.continuation import range_from_message

from stacks.sources.log_services import LOG_SERVICES
from tests.unit.log_processor.edges import World, asks, find_offset

ACCOUNT, REGION = "111122223333", "eu-west-1"
BOTH = {"cloud.account.id": ACCOUNT, "cloud.region": REGION}
KEY = "apps/shop/2026-05-04/a.log"
ROUTE = """[[route]]
keys = ["apps/**"]
key_fields = "apps/{application}/{date}/"
fields = { "deployment.environment.name" = "production", rank = 3 }
"""
OF_SERVICES: dict[str, dict[str, Any]] = {
    "alb": {},
    "nlb": BOTH,
    "clb": BOTH,
    "cloudtrail": {},
    "vpc_flow": BOTH,
    "waf": {},
    "route53": {"cloud.account.id": ACCOUNT},
    "cloudfront": {"aws.cloudfront.distribution_id": "E2EXAMPLE1AB3C"},
    "cloudfront_v2": {"cloud.account.id": ACCOUNT, "aws.cloudfront.distribution_id": "E2EXAMPLE1AB3C"},
    "config": {},
    "guardduty": {},
    "firehose": {"aws.firehose.delivery_stream": "orders"},
    "cloudwatch_export": {"aws.log.stream.names": ["app"]},
    "redshift": BOTH,
}


def fields(world: World) -> list[dict[str, Any]]:
    """Return the fields of each item, by offset, as DynamoDB's typed JSON."""
    items = sorted(world.wire.items.values(), key=find_offset)
    return [item.get("fields", {"M": {}})["M"] for item in items]


def store(route: str, key: str, body: bytes) -> list[dict[str, Any]]:
    world = World(route)
    world.run(world.put(body, key))
    return fields(world)


def test_parts_of_the_key_and_constants_are_fields() -> None:
    """Every record has them, one without fields of its own too."""
    (found,) = store(ROUTE, KEY, b"one word\n")
    assert found == {
        "application": {"S": "shop"},
        "date": {"S": "2026-05-04"},
        "deployment.environment.name": {"S": "production"},
        "rank": {"N": "3"},
    }


@pytest.mark.parametrize(
    ("template", "key", "taken"),
    [
        ("apps/{app}/", "apps/shop/a/b.log", {"app": "shop"}),
        ("apps/{app}/*.log", "apps/shop/a.log", {"app": "shop"}),
        ("apps/{app}/*.log", "apps/shop/a/b.log", None),
        ("**/{app}-{date}.log", "x/y/check-out-2026-05-04.log", {"app": "check-out", "date": "2026-05-04"}),
        ("{app}/{date}/", "shop/2026/05/04/a", {"app": "shop", "date": "2026/05/04"}),
        ("{app}/{date}/", "shop/20260504/a", {"app": "shop", "date": "20260504"}),
        ("{app}/{date}/", "shop/yesterday/a", None),
        ("{year}/{month}/{day}/{hour}/", "2026/5/04/10/a", {"year": "2026", "month": "5", "day": "04", "hour": "10"}),
        (r"{tier:[a-z]{3}}{number:\d+}/", "web12/a", {"tier": "web", "number": "12"}),
        ("{rest:.+}/a", "x/y/a", {"rest": "x/y"}),
        ("[{]{app}[}]/", "{shop}/a", {"app": "shop"}),
        (
            "{cloud.account.id}/{cloud.region}/",
            "111122223333/us-gov-west-1/a",
            {"cloud.account.id": "111122223333", "cloud.region": "us-gov-west-1"},
        ),
        ("{cloud.account.id}/", "1111/a", None),
        ("{app}/", "b\u00fccher/a", {"app": "b\u00fccher"}),
        ("{app}/", "shop", None),
    ],
)
def test_what_a_template_takes(template: str, key: str, taken: dict[str, str] | None) -> None:
    """A key that the template does not match gives nothing."""
    route = routes.read(f"[[route]]\nkeys = ['**']\nkey_fields = '{template}'").find(key)
    assert route.key_fields.read(key) == (taken or {})


def test_a_field_of_the_record_wins() -> None:
    """It wins also if it is null or stands in an object of that name, and whatever its value is."""
    own = b'{"application": "cart", "date": null, "deployment": {"environment": {"name": "test"}}}\n{"a": 1}\n'
    first, second = store(ROUTE, KEY, own)
    assert first["application"] == {"S": "cart"}
    assert first["date"] == {"NULL": True}
    assert "deployment.environment.name" not in first
    assert second["application"] == {"S": "shop"}


@pytest.mark.parametrize("service", OF_SERVICES)
def test_keys_of_services_give_what_records_do_not_say(service: str) -> None:
    """No route is needed, and whatever stands before the key changes nothing."""
    key = LOG_SERVICES[service].key.format(account=ACCOUNT, region=REGION)
    for prefix in ("", "logs/prod/"):
        assert DEFAULT.key_fields.read(prefix + key) == OF_SERVICES[service]


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        ("AWSLogs/o-a1b2c3d4e5/111122223333/vpcflowlogs/eu-west-1/2026/05/04/a.log.gz", BOTH),
        ("AWSLogs/111122223333/network-firewall/flow/eu-west-1/fw/2026/05/04/10/a.log.gz", BOTH),
        ("logs/111122223333/eu-west-1/web.example/2026/05/04/2026-05-04-10-05-12-3E57427F33A59F07", BOTH),
        (
            "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=05/day=04/a",
            BOTH,
        ),
        ("events/customer=acme/dt=2026-05-04/level=error/member=x/part=none.log", {"customer": "acme"}),
        ("events/customer=__HIVE_DEFAULT_PARTITION__/a", {}),
        ("web/2026/05/04/access.log", {}),
        ("AWSLogs/mine/elasticloadbalancing/a.log", {}),
        ("x/E2.2026-05-04-10.ab.gz", {}),
    ],
)
def test_other_keys_of_aws_and_of_hive(key: str, taken: dict[str, str]) -> None:
    """Times are the records' own; a name that every record has is left out, as is the last segment."""
    assert DEFAULT.key_fields.read(key) == taken


def test_a_route_may_take_none_or_others_than_the_usual_ones() -> None:
    """`false` switches the usual fields off; a template stands in their place."""
    key = "AWSLogs/111122223333/redshift/eu-west-1/a"
    for value, taken in (("false", {}), ("'AWSLogs/{owner}/'", {"owner": ACCOUNT})):
        route = routes.read(f"[[route]]\nkeys = ['AWSLogs/**']\nkey_fields = {value}").find(key)
        assert route.key_fields.read(key) == taken


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("ticks", [4, 7])
def test_items_are_the_same_however_an_object_is_split(*, split: bool, ticks: int) -> None:
    """The fields are a function of the key and the route alone."""
    body = b"".join(b'{"n": %d}\n' % n for n in range(120))
    whole, cut = World(ROUTE), World(ROUTE, split_threshold_bytes=100 if split else 10**9, range_bytes=97)
    whole.run(whole.put(body, KEY))
    cut.run(cut.put(body, KEY), (asks(ticks) for _ in range(2_000)))
    assert cut.wire.items == whole.wire.items
    assert all(one["application"] == {"S": "shop"} for one in fields(cut))


def test_an_object_keeps_the_template_that_it_was_begun_with() -> None:
    """A deploy in the middle of it changes nothing: the template stands in the object's plan."""
    world = World(ROUTE)
    work = world.put(b"".join(b'{"n": %d}\n' % n for n in range(200)), KEY)
    world.once(work, asks(4))
    begun = len(world.wire.items)
    assert 0 < begun < 200
    world.deploy(ROUTE.replace("{application}", "{team}"))
    queue = world.sqs.queues["work"]
    while queue:
        world.once(range_from_message(json.loads(queue.popleft())))
    assert len(world.wire.items) == 200
    assert all("application" in one and "team" not in one for one in fields(world))


def test_filters_see_the_fields_of_the_key() -> None:
    """A rejected line has them too, so a condition on one holds for all of an object's records."""
    kept = ROUTE + 'format = "json_lines"\ninclude = [{ field = "application", equals = ["shop"] }]\n'
    assert len(store(kept, KEY, b'{"a": 1}\nno json\n')) == 2
    assert store(kept.replace("include", "exclude"), KEY, b'{"a": 1}\nno json\n') == []


def test_a_value_in_the_key_is_hidden() -> None:
    """By what it is, by its field's name, and by what stands beside it in the key; the filter sees it as it was."""
    route = """[[route]]
keys = ["users/**"]
key_fields = "users/{user}/token={token}/{app}/"
include = [{ field = "app", equals = ["shop"] }]
redact = ["email", { field = "app" }, { name = "secret", pattern = 'token=(\\w+)' }]
"""
    (found,) = store(route, "users/joe@example.com/token=q7Xw/shop/a.log", b'{"a": 1, "app2": "q7Xw"}\n')
    assert found == {
        "user": {"S": "[email]"},
        "token": {"S": "[secret]"},
        "app": {"S": "[app]"},
        "a": {"N": "1"},
        "app2": {"S": "q7Xw"},
    }


def test_a_hash_in_the_key_is_that_in_a_record() -> None:
    """So records can be joined by it."""
    route = "[[route]]\nkeys = ['**']\nkey_fields = '{user}/'\nredact = [{ name = 'email', method = 'hash' }]"
    (found,) = store(route, "joe@example.com/a.log", b'{"mail": "joe@example.com"}\n')
    assert found["user"] == found["mail"]
    assert found["user"]["S"].startswith("[email:")


def test_names_hidden_alike_keep_their_values() -> None:
    """The second gets a number, as equal names of a record's own fields do."""
    route = """[[route]]
keys = ["**"]
fields = { user_7 = 1, user_8 = 2 }
redact = [{ name = "user", pattern = 'user_[0-9]' }]
"""
    (found,) = store(route, "a.log", b'{"a": 1}\n')
    assert found == {"[user]": {"N": "1"}, "[user]~1": {"N": "2"}, "a": {"N": "1"}}


def test_a_constant_number_is_hidden_in_every_object() -> None:
    """Also where a rule finds another value by what stands beside it in the key."""
    route = """[[route]]
keys = ["**"]
fields = { card = 4111111111111111 }
redact = ["card", { name = "secret", pattern = 'token=(\\w+)' }]
"""
    for key in ("a.log", "token=q7Xw/a.log"):
        (found,) = store(route, key, b'{"a": 1}\n')
        assert found["card"] == {"S": "[card]"}


def test_a_field_of_the_key_stays_beside_one_hidden_alike() -> None:
    """The record's own field keeps the name, and the key's gets a number."""
    route = """[[route]]
keys = ["**"]
fields = { user_7 = 1, user_8 = 2 }
redact = [{ name = "user", pattern = 'user_[0-9]' }]
"""
    (found,) = store(route, "a.log", b'{"user_3": 3, "a": 4}\n')
    assert sorted(value["N"] for value in found.values()) == ["1", "2", "3", "4"]
    assert found["[user]"] == {"N": "3"}


def test_reserved_names_are_those_beside_the_fields() -> None:
    """Whatever the item of a record may have, and what its id, its index key and the ledger say of it."""
    record = LogRecord("1", 0, "text", "a", 0, 1, {}, "info", "no", True, "object", "0")
    encoder = ItemEncoder(ObjectFacts("s3://a/b", "b", "1", "now", member="c"), index_shards=1, record_ttl_days=1)
    names = set(orjson.loads(encoder.encode(record))["PutRequest"]["Item"])
    assert names | {"fields", "offset", "source", "object_version"} == RESERVED
