"""One run: upload out of order, deliver again and again while every service fails, wait for the quiet, judge."""

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from emulator.aws.local_aws import LocalAws
from emulator.chaos.check import Source, Traces, Verdict, judge, rejects_of
from emulator.chaos.faults import Faults
from emulator.chaos.layer import FaultLayer
from emulator.chaos.ledger import Version
from emulator.chaos.objects import Upload, uploads
from emulator.verify.account import DynamoItem
from emulator.verify.failures import archived_objects, dead_letters

MOST_DELIVERIES = 3
SETTLE_S = 540.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: the seed of every draw, about how many records, and the prefix of all keys of this run."""

    seed: int
    records: int
    prefix: str = ""


class Run:
    """A run against stacks that are applied; `outputs` are those of the main one."""

    def __init__(self, aws: LocalAws, outputs: Mapping[str, Any], layer: FaultLayer, plan: Plan, folder: Path) -> None:
        self._aws = aws
        self._outputs = outputs
        self._layer = layer
        self._plan = plan
        self._folder = folder
        self._s3 = aws.client("s3")
        self._bucket: str = outputs["S3SourceBucket"]
        self._sources: list[Source] = []
        self._lock = threading.Lock()
        self._uploads = uploads(plan.seed, plan.records)
        self.faults = Faults(plan.seed, {self._key(upload) for upload in self._uploads if upload.fails})

    def verdict(self) -> Verdict:
        """Run and judge; a run that does not come to rest is a problem."""
        self._layer.kill = self._aws.kill
        self._layer.begin(self.faults)
        try:
            quiet = self._deliver()
        finally:
            self._layer.end()
        verdict = judge(self._sources, self._traces())
        if not quiet:
            verdict.problems.append(f"work is still under way after {SETTLE_S:.0f} s")
        return verdict

    def _deliver(self) -> bool:
        """Upload everything; deliver each event up to three times, in any order, and once all is done again."""
        rng = random.Random(self._plan.seed)  # noqa: S311 - has to repeat
        later = {self._key(upload): upload for upload in self._uploads if upload.after_read}
        self._layer.on_read = lambda key: self._overwrite(later, key)
        self._upload_all(rng)
        quiet = self._aws.wait_until_idle(SETTLE_S)
        for source in rng.sample(self._sources, len(self._sources) // 3):
            self._redeliver(source.version)
        return self._aws.wait_until_idle(SETTLE_S) and quiet and not later

    def _upload_all(self, rng: random.Random) -> None:
        """Upload what does not wait for a read, and deliver events again between uploads and after the last."""
        first = [upload for upload in self._uploads if not upload.after_read]
        rng.shuffle(first)
        again: list[Version] = []
        for upload in first:
            version = self._upload(upload)
            again += [version] * rng.randint(0, MOST_DELIVERIES - 1)
            if again and rng.random() < 0.5:
                self._redeliver(again.pop(rng.randrange(len(again))))
        rng.shuffle(again)
        for version in again:
            self._redeliver(version)

    def _overwrite(self, later: dict[str, Upload], key: str) -> None:
        """Upload the second version of `key` now that its first is being read."""
        with self._lock:
            upload = later.pop(key, None)
        if upload is not None:
            self._upload(upload)

    def _key(self, upload: Upload) -> str:
        return self._plan.prefix + upload.key

    def _upload(self, upload: Upload) -> Version:
        key = self._key(upload)
        with self._lock:
            path = self._folder / f"{len(self._sources):03d}"
            path.write_bytes(upload.content)
            answer = self._s3.put_object(Bucket=self._bucket, Key=key, Body=upload.content)
            version = Version(f"s3://{self._bucket}/{key}", answer["VersionId"])
            self._sources.append(Source(version, path, upload.fails))
        return version

    def _redeliver(self, version: Version) -> None:
        key = version.name.removeprefix(f"s3://{self._bucket}/")
        found = {"key": quote_plus(key, safe="/"), "versionId": version.version}
        record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": self._bucket}, "object": found}}
        self._aws.invoke_async(self._outputs["LambdaFunctionName"], {"Records": [record]})

    def _traces(self) -> Traces:
        bucket = self._outputs["ErrorArchiveBucket"]
        rows = [row for row in self._items("LedgerTableName") if self._mine(row["object"]["S"])]
        letters = dead_letters(self._aws.queue_messages(self._outputs["DLQQueueURL"].rpartition("/")[2]))
        archived = {entry.name for entry in archived_objects(self._s3, bucket) if self._mine(entry.name)}
        return Traces(
            items=[item for item in self._items("DynamoDBTableName") if self._mine(item["source_file"]["S"])],
            rows=rows,
            dead_letters=[letter for letter in letters if letter.key.startswith(self._plan.prefix)],
            archived=frozenset(name.removeprefix(f"s3://{self._bucket}/") for name in archived),
            rejects=rejects_of(self._s3, bucket, rows),
        )

    def _items(self, output: str) -> Iterable[DynamoItem]:
        return self._aws.table_items(self._outputs[output])

    def _mine(self, name: str) -> bool:
        return name.startswith(f"s3://{self._bucket}/{self._plan.prefix}")
