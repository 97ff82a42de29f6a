"""The function stores everything once in a DynamoDB and an S3 that this project did not write."""

from collections.abc import Iterator

import pytest

from tests.second_opinion import services
from tests.second_opinion.deployment import LOG_TABLE, Deployment, deploy
from tests.second_opinion.extremes import make_refused_items, make_untold_items
from tests.second_opinion.judge import find_bad_shapes
from tests.second_opinion.objects import EVERY_KIND, SETTINGS, Upload, make_few
from tests.second_opinion.path import judge_all, send

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with deploy(**SETTINGS) as deployed:
        yield deployed


@pytest.fixture(scope="module")
def sent(deployment: Deployment) -> list[Upload]:
    return send(deployment, make_few())


def test_every_line_is_stored_once(deployment: Deployment, sent: list[Upload]) -> None:
    """Plain, gzip, zstd, split, continued, with rejects and refused, each event delivered twice: the accounts close."""
    assert {upload.kind for upload in sent} == EVERY_KIND
    opinion = judge_all(deployment, sent)
    assert opinion.faults == ()


@pytest.mark.parametrize("name", make_refused_items())
def test_dynalite_judges_items(deployment: Deployment, name: str) -> None:
    """An item beyond a limit is refused there, so that it means something if those of the function are taken."""
    assert deployment.is_refused(make_refused_items()[name])


@pytest.mark.parametrize("name", make_untold_items())
def test_dynalite_takes_what_the_judge_sees(deployment: Deployment, name: str) -> None:
    """It limits neither nesting nor names, and takes an empty key of an index: its consent says nothing there."""
    item = make_untold_items()[name]
    try:
        assert not deployment.is_refused(item)
    finally:
        deployment.dynamodb.delete_item(TableName=LOG_TABLE, Key={key: item[key] for key in ("log_id", "timestamp")})
    assert [fault.partition(" has ")[2] for fault in find_bad_shapes(item)] == [name]


def test_the_judge_sees_a_loss(deployment: Deployment, sent: list[Upload]) -> None:
    """A record that is taken away from the table is missed, and its object's ledger contradicts it."""
    item = next(item for item in deployment.scan(LOG_TABLE) if item["day_shard"]["S"].startswith("web#"))
    key = {name: item[name] for name in ("log_id", "timestamp")}
    deployment.dynamodb.delete_item(TableName=LOG_TABLE, Key=key)
    try:
        faults = judge_all(deployment, sent).faults
    finally:
        deployment.dynamodb.put_item(TableName=LOG_TABLE, Item=item)
    assert [fault.partition(": ")[2] for fault in faults] == [
        "of its lines 1 are lost, 0 twice, 0 wrong",
        "the ledger says 200 records, the table has 199",
    ]


def test_absent_services_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence with the remedy, and no test is skipped for it."""
    monkeypatch.setattr(services, "INSTALLED", services.FOLDER / "nowhere")
    with pytest.raises(services.NotInstalledError, match="run 'make second-opinion'"), services.serve():
        pass
