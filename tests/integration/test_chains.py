"""Objects that can only be read in order take more invocations than Lambda lets a chain have, and arrive whole."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from backports import zstd

from emulator.aws.chains import MAX_INVOCATIONS
from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.releases import deploy_code, deploy_settings
from ops.accounts import VersionAccount, accounts
from tests.integration.pace import Pace

pytestmark = pytest.mark.integration

PREFIX = "chains/"
TIMEOUT_S = 3
"""Of which a quarter is kept for the end."""
BYTES_PER_S = 400_000
LINE_CHARACTERS = 50_000
HOPS = 20
WAIT_S = 400
Encode = Callable[[str], bytes]


def encode_gzip(text: str) -> bytes:
    return gzip.compress(text.encode(), 1)


def encode_zstd(text: str) -> bytes:
    return zstd.compress(text.encode(), 1)


def encode_utf16(text: str) -> bytes:
    return text.encode("utf-16")


OBJECTS: list[tuple[str, int, Encode]] = [
    ("a.json.gz", 800, encode_gzip),
    ("b.json", 230, encode_utf16),
    ("d.zst.json", 800, encode_zstd),
]
"""Name, number of lines and encoding: about 23 MB each, of which an invocation gets 900 KB, or 1.6 MB decompressed."""


def make_body(lines: int) -> str:
    """Return lines of JSON that hardly compress."""
    return "".join(map(_make_line, range(lines)))


def _make_line(number: int) -> str:
    text = hashlib.shake_256(str(number).encode()).hexdigest(LINE_CHARACTERS // 2)
    return json.dumps({"time": "2026-05-04T10:00:00Z", "level": "info", "number": number, "message": text}) + "\n"


@pytest.fixture
def slow(pipeline: DeployedPipeline, pace: Pace) -> Iterator[DeployedPipeline]:
    """Yield the pipeline, as it was deployed, with a short time-out and slow objects; leave it as it was."""
    functions, name = pipeline.aws.client("lambda"), pipeline.outputs["LambdaFunctionName"]
    before = functions.get_function_configuration(FunctionName=name)["Timeout"]
    deploy_code(pipeline, pipeline.code)
    deploy_settings(pipeline, Timeout=TIMEOUT_S)
    pace.prefix, pace.bytes_per_s = PREFIX, BYTES_PER_S
    try:
        yield pipeline
    finally:
        pace.prefix = None
        deploy_settings(pipeline, Timeout=before)
        functions.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")


def upload(pipeline: DeployedPipeline, name: str, content: bytes) -> None:
    bucket = pipeline.outputs["S3SourceBucket"]
    pipeline.aws.client("s3").put_object(Bucket=bucket, Key=PREFIX + name, Body=content)


def read_numbers(pipeline: DeployedPipeline, name: str) -> list[int]:
    """Return the numbers of the lines that are stored, in order."""
    items = pipeline.aws.read_table_items(pipeline.outputs["DynamoDBTableName"])
    own = [item for item in items if item["source_file"]["S"].endswith(PREFIX + name)]
    return sorted(int(item["fields"]["M"]["number"]["N"]) for item in own)


def read_account(pipeline: DeployedPipeline, name: str) -> VersionAccount:
    """Return what `ops status` says of the object."""
    rows = pipeline.aws.read_table_items(pipeline.outputs["LedgerTableName"])
    (account,) = accounts(row for row in rows if row["object"]["S"].endswith(PREFIX + name))
    return account


def test_long_chains_arrive_whole(slow: DeployedPipeline) -> None:
    """Each hop goes on where the one before stopped, however many there are."""
    for name, lines, encode in OBJECTS:
        upload(slow, name, encode(make_body(lines)))
    assert slow.aws.wait_until_idle(WAIT_S)
    for name, lines, _ in OBJECTS:
        account = read_account(slow, name)
        assert (account.status, account.stored, account.covers, account.closes) == ("done", lines, True, True)
        assert account.continued >= HOPS
        assert read_numbers(slow, name) == list(range(lines))


def test_without_leave_a_chain_is_cut(slow: DeployedPipeline) -> None:
    """Lambda's own rule drops the message behind the sixteenth invocation, and the ledger says that more is to come."""
    name = slow.outputs["LambdaFunctionName"]
    slow.aws.client("lambda").put_function_recursion_config(FunctionName=name, RecursiveLoop="Terminate")
    before, cut = len(slow.aws.invocations), Counter(slow.aws.chains.cut)
    upload(slow, "c.json.gz", encode_gzip(make_body(1_000)))
    assert slow.aws.wait_until_idle(WAIT_S)
    assert len(slow.aws.invocations) - before >= MAX_INVOCATIONS  # one that was killed for its time is repeated
    assert slow.aws.chains.cut[name] - cut[name] >= 1
    account = read_account(slow, "c.json.gz")
    assert (account.status, account.missing, account.covers) == ("waiting", 1, False)
    assert 0 < account.continued <= MAX_INVOCATIONS
    assert 0 < len(read_numbers(slow, "c.json.gz")) < 1_000
