"""Read what a run has stored: the tables, the archive, the dead-letter queue, and the answers of `ops status`."""

from collections.abc import Iterable

from emulator.chaos.check import RunOutput, read_rejects
from emulator.chaos.deployed import CONFIGURING, DeployedPipeline
from emulator.chaos.foreign import MARK
from emulator.chaos.status import ask_statuses
from emulator.verify.account import DynamoItem
from emulator.verify.failures import read_dead_letters, read_error_documents
from emulator.verify.packs import unpack_items


def read_output(pipeline: DeployedPipeline, names: Iterable[str], prefix: str) -> RunOutput:
    """Return what is stored of the objects whose keys begin with `prefix`; `names` are those to ask `ops status` of."""
    aws, outputs = pipeline.aws, pipeline.outputs
    s3, bucket = aws.client("s3"), outputs["ErrorArchiveBucket"]

    def is_own(name: str) -> bool:
        return _get_key(name).startswith(prefix)

    def read_items(output: str) -> Iterable[DynamoItem]:
        return aws.read_table_items(outputs[output])

    rows = [row for row in read_items("LedgerTableName") if is_own(row["object"]["S"])]
    dead = aws.read_queue_messages(outputs["DLQQueueURL"].rpartition("/")[2])
    foreign = [body for body, _ in dead if MARK in body]
    letters = read_dead_letters(message for message in dead if MARK not in message[0])
    archived = {document.name for document in read_error_documents(s3, bucket) if is_own(document.name)}
    return RunOutput(
        items=list(unpack_items(item for item in read_items("DynamoDBTableName") if is_own(item["source_file"]["S"]))),
        rows=rows,
        dead_letters=[letter for letter in letters if letter.key.startswith(prefix)],
        foreign_letters=foreign,
        archived=frozenset(map(_get_key, archived)),
        rejects=read_rejects(s3, bucket, rows),
        statuses=ask_statuses(names, outputs["LedgerTableName"], CONFIGURING | aws.build_environment()),
    )


def _get_key(name: str) -> str:
    return name.removeprefix("s3://").partition("/")[2]
