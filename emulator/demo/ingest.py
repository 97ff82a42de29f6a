"""Upload the log files, wait until the function has ended its work, and compare the table with the files."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from moto.dynamodb.models import dynamodb_backends

from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws
from emulator.demo.ledger import ObjectAccount, sum_accounts
from emulator.demo.logs import LogFile
from emulator.demo.result import DemoResult, ObjectResult
from emulator.demo.survey import Survey
from emulator.deploy.errors import DemoError
from emulator.deploy.progress import Step
from emulator.verify.account import Tally, tally_objects
from emulator.verify.failures import find_archived_whole, read_dead_letters, read_error_documents
from emulator.verify.packs import unpack_items
from emulator.verify.source_bytes import read_stream

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHECK_S = 0.5
STALL_S = 300.0
WATCHED_MINUTES = 15
ONE_REQUEST = TransferConfig(multipart_threshold=1 << 30)  # moto 5.2.5 notifies twice of an upload in parts
UPLOAD_ERRORS = (OSError, Boto3Error, BotoCoreError, ClientError)


class Ingest:
    """One run of the deployed pipeline over a list of files."""

    def __init__(self, aws: LocalAws, outputs: Mapping[str, Any], logs: list[LogFile]) -> None:
        self._aws = aws
        self._outputs = outputs
        self._logs = logs
        self._s3: S3Client = aws.client("s3")
        self._files = {self._build_uri(log): log.path for log in logs}

    def upload(self, step: Step) -> None:
        """Put every file into the source bucket under its key; raise `DemoError` if one cannot be uploaded."""
        for count, log in enumerate(self._logs, 1):
            try:
                self._s3.upload_file(str(log.path), self._outputs["S3SourceBucket"], log.key, Config=ONE_REQUEST)
            except UPLOAD_ERRORS as error:
                raise DemoError(f"{log.path}: cannot be uploaded ({error}); mend the file or leave it out.") from error
            step.update(count, len(self._logs))

    def follow(self, step: Step) -> None:
        """Wait until no work is left; raise `DemoError` if no record is stored for five minutes."""
        expected = sum(read_stream(log.path).content.count(b"\n") for log in self._logs)
        seen, moved_s = -1, time.monotonic()
        while not self._is_idle():
            stored = self._count_stored()
            step.update(stored, max(expected, 1))
            if stored != seen:
                seen, moved_s = stored, time.monotonic()
            elif time.monotonic() - moved_s > STALL_S:
                raise DemoError(
                    f"no record was stored for {STALL_S:.0f} s: the function hangs; see its log and stop here."
                )

    def compare(self, seconds: Mapping[str, float]) -> DemoResult:
        """Read ledger, table, dead-letter queue and archive, and compare the table with the files."""
        archive = self._outputs["ErrorArchiveBucket"]
        archived = read_error_documents(self._s3, archive)
        kept = find_archived_whole(self._s3, archive, archived, self._files)
        accounts = sum_accounts(self._aws.read_table_items(self._outputs["LedgerTableName"]))
        survey = Survey()
        items = survey.watch(unpack_items(self._aws.read_table_items(self._outputs["DynamoDBTableName"])))
        tallies = tally_objects(self._files, items, kept)
        documents = {document.name: document for document in archived}
        objects = [
            ObjectResult(log, accounts.get(name, ObjectAccount()), tallies.pop(name), documents.get(name))
            for name, log in ((self._build_uri(log), log) for log in self._logs)
        ]
        return DemoResult(
            objects=objects,
            dead_letters=read_dead_letters(
                self._aws.read_queue_messages(self._outputs["DLQQueueURL"].rpartition("/")[2])
            ),
            archived=archived,
            seconds=seconds,
            archive=archive,
            levels=survey.levels,
            example=survey.example,
            last_ms=survey.last_ms,
            strays=sum(tallies.values(), Tally()),
            alarms=self._watch(),
        )

    def _watch(self) -> list[str]:
        """Let the alarms judge the run and the quarter of an hour after it; return the names of those that rang."""
        self._aws.watch.pass_minutes(WATCHED_MINUTES)
        return sorted(self._aws.watch.rang)

    def _is_idle(self) -> bool:
        return self._aws.wait_until_idle(timeout_s=CHECK_S)

    def _count_stored(self) -> int:
        """Count the records in moto's memory: a request over HTTP fails while the function writes."""
        return len(dynamodb_backends[ACCOUNT_ID][REGION].get_table(self._outputs["DynamoDBTableName"]).items)

    def _build_uri(self, log: LogFile) -> str:
        return f"s3://{self._outputs['S3SourceBucket']}/{log.key}"
