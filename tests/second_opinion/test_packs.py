"""A DynamoDB that this project did not write takes every pack, whatever is in it, and each line is in one."""

import pytest

from emulator.aws.item_sizes import count_item_bytes
from tests.second_opinion.deployment import LOG_TABLE, deploy
from tests.second_opinion.extremes import ITEM_BYTES
from tests.second_opinion.objects import SETTINGS, make_few, make_hard_to_pack
from tests.second_opinion.path import judge_all, send

pytestmark = pytest.mark.server

WHOLE = ("worker/app.log: it was not continued", "app.log.gz: it was not continued", "requests.jsonl: it was not split")
"""What is said of the objects that have a single cell: no range and no invocation ends within one."""


def test_every_line_is_in_one_pack() -> None:
    """Noise, control characters, a line of 4 MiB, 131,072 elements of a byte, and each way through the function."""
    with deploy(**SETTINGS, STORAGE="packs") as deployment:
        sent = send(deployment, [*make_few(), *make_hard_to_pack()])
        opinion = judge_all(deployment, sent)
        items = deployment.scan(LOG_TABLE)
    assert [fault for fault in opinion.faults if not fault.endswith(WHOLE)] == []
    packs = [item for item in items if "layout" in item]
    assert len(packs) > len(sent)
    assert max(map(count_item_bytes, items)) < ITEM_BYTES
    assert sum(int(pack["records"]["N"]) for pack in packs) > 131_072
