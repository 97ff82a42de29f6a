"""Run the pipeline once under faults: upload in random order, deliver events repeatedly, wait, and judge."""

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from emulator.chaos.check import RunOutput, Source, Verdict, judge, read_rejects
from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.faults import Faults
from emulator.chaos.ledger import ObjectVersion
from emulator.chaos.objects import ChaosObject, make_uploads
from emulator.verify.account import DynamoItem
from emulator.verify.failures import read_dead_letters, read_error_documents

MAX_DELIVERIES = 3
MAX_WAIT_S = 540.0


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What to run: the seed, about how many records, and the prefix of this run's keys.

    With `only`, the objects of these keys are uploaded, and no others.
    """

    seed: int
    records: int
    prefix: str = ""
    only: tuple[str, ...] = ()

    def make_uploads(self) -> list[ChaosObject]:
        """Return the objects to upload."""
        return [upload for upload in make_uploads(self.seed, self.records) if not self.only or upload.key in self.only]


class Run:
    """A run against deployed stacks; the files of the objects are kept in `folder`."""

    def __init__(self, pipeline: DeployedPipeline, plan: RunPlan, folder: Path) -> None:
        self._aws, self._outputs, self._middleware = pipeline.aws, pipeline.outputs, pipeline.middleware
        self._plan = plan
        self._folder = folder
        self._s3 = pipeline.aws.client("s3")
        self._bucket: str = pipeline.outputs["S3SourceBucket"]
        self._sources: list[Source] = []
        self._lock = threading.Lock()
        self._uploads = plan.make_uploads()
        self.faults = Faults(plan.seed, {self._add_prefix(upload) for upload in self._uploads if upload.fails})

    def execute(self) -> Verdict:
        """Run, and return the verdict; if work is still under way after nine minutes, that is a problem."""
        self._middleware.kill = self._aws.kill
        self._middleware.begin(self.faults)
        try:
            idle = self._deliver()
        finally:
            self._middleware.end()
        verdict = judge(self._sources, self._read_output())
        if not idle:
            verdict.problems.append(f"work is still under way after {MAX_WAIT_S:.0f} s")
        return verdict

    def _deliver(self) -> bool:
        """Upload everything and deliver each event up to three times, in random order.

        After all work has ended, deliver a third of the events once more. Return whether all work ended in time and
        every second version was uploaded.
        """
        rng = random.Random(self._plan.seed)  # noqa: S311 - has to repeat
        later = {self._add_prefix(upload): upload for upload in self._uploads if upload.after_read}
        self._middleware.on_read = lambda key: self._overwrite(later, key)
        self._upload_all(rng)
        idle = self._aws.wait_until_idle(MAX_WAIT_S)
        for source in rng.sample(self._sources, len(self._sources) // 3):
            self._redeliver(source.version)
        return self._aws.wait_until_idle(MAX_WAIT_S) and idle and not later

    def _upload_all(self, rng: random.Random) -> None:
        """Upload what does not wait for a read, and deliver events again between uploads and after the last."""
        first = [upload for upload in self._uploads if not upload.after_read]
        rng.shuffle(first)
        again: list[ObjectVersion] = []
        for upload in first:
            version = self._upload(upload)
            again += [version] * rng.randint(0, MAX_DELIVERIES - 1)
            if again and rng.random() < 0.5:
                self._redeliver(again.pop(rng.randrange(len(again))))
        rng.shuffle(again)
        for version in again:
            self._redeliver(version)

    def _overwrite(self, later: dict[str, ChaosObject], key: str) -> None:
        """Upload the second version of `key`, while the first is being read."""
        with self._lock:
            upload = later.pop(key, None)
        if upload is not None:
            self._upload(upload)

    def _add_prefix(self, upload: ChaosObject) -> str:
        return self._plan.prefix + upload.key

    def _upload(self, upload: ChaosObject) -> ObjectVersion:
        key = self._add_prefix(upload)
        with self._lock:
            path = self._folder / f"{len(self._sources):03d}"
            path.write_bytes(upload.content)
            answer = self._s3.put_object(Bucket=self._bucket, Key=key, Body=upload.content)
            version = ObjectVersion(f"s3://{self._bucket}/{key}", answer["VersionId"])
            self._sources.append(Source(version, path, upload.fails))
        return version

    def _redeliver(self, version: ObjectVersion) -> None:
        key = version.name.removeprefix(f"s3://{self._bucket}/")
        s3_object = {"key": quote_plus(key, safe="/"), "versionId": version.version}
        record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": self._bucket}, "object": s3_object}}
        self._aws.invoke_async(self._outputs["LambdaFunctionName"], {"Records": [record]})

    def _read_output(self) -> RunOutput:
        bucket = self._outputs["ErrorArchiveBucket"]
        rows = [row for row in self._read_items("LedgerTableName") if self._is_own(row["object"]["S"])]
        letters = read_dead_letters(self._aws.read_queue_messages(self._outputs["DLQQueueURL"].rpartition("/")[2]))
        archived = {document.name for document in read_error_documents(self._s3, bucket) if self._is_own(document.name)}
        return RunOutput(
            items=[item for item in self._read_items("DynamoDBTableName") if self._is_own(item["source_file"]["S"])],
            rows=rows,
            dead_letters=[letter for letter in letters if letter.key.startswith(self._plan.prefix)],
            archived=frozenset(name.removeprefix(f"s3://{self._bucket}/") for name in archived),
            rejects=read_rejects(self._s3, bucket, rows),
        )

    def _read_items(self, output: str) -> Iterable[DynamoItem]:
        return self._aws.read_table_items(self._outputs[output])

    def _is_own(self, name: str) -> bool:
        return name.startswith(f"s3://{self._bucket}/{self._plan.prefix}")
