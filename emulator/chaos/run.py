"""Run the pipeline once under faults: upload in random order, deliver events repeatedly, wait, and judge."""

import random
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from emulator.chaos.audit import ask_audit, audit_run
from emulator.chaos.check import Source, Verdict, judge
from emulator.chaos.copies import measure_log, read_copies, read_log
from emulator.chaos.deployed import CONFIGURING, DeployedPipeline
from emulator.chaos.deploys import Deploys
from emulator.chaos.faults import MAX_KILLS, Faults
from emulator.chaos.foreign import find_wrong_letters, make_foreign_messages
from emulator.chaos.hidden import find_leaks
from emulator.chaos.ledger import ObjectVersion
from emulator.chaos.measured import count_separating, find_wrong_metrics, read_measured
from emulator.chaos.objects import ChaosObject, make_uploads
from emulator.chaos.output import read_output
from emulator.chaos.overruns import find_overruns
from emulator.chaos.plain_bucket import add_plain_bucket, allow_reading
from emulator.chaos.policy import BrokenPolicy
from emulator.chaos.releases import find_live_arn
from emulator.chaos.requests import Request, get_message_key

Event = Mapping[str, Any]
"""A record of a notification of S3."""
MAX_DELIVERIES = 3
MAX_WAIT_S = 1200.0
"""Nothing waits so long but what never ends; five minutes are enough on a machine with little else to do."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What to run: the seed, about how many records, and the prefix of this run's keys.

    With `only`, the objects of these keys are uploaded and no others; with `faults`, only faults of these kinds strike.
    `is_packed` says that the deployment stores packs. An object meets at most `max_kills` kills.
    """

    seed: int
    records: int
    prefix: str = ""
    only: tuple[str, ...] = ()
    faults: tuple[str, ...] | None = None
    is_packed: bool = False
    max_kills: int = MAX_KILLS

    def make_uploads(self) -> list[ChaosObject]:
        """Return the objects to upload."""
        uploads = make_uploads(self.seed, self.records, is_packed=self.is_packed)
        return [upload for upload in uploads if not self.only or upload.key in self.only]


class Run:
    """A run against deployed stacks; the files of the objects are kept in `folder`."""

    def __init__(self, pipeline: DeployedPipeline, plan: RunPlan, folder: Path) -> None:
        self._pipeline, self._aws, self._outputs = pipeline, pipeline.aws, pipeline.outputs
        self._middleware, self._deploys = pipeline.middleware, Deploys(pipeline)
        self._plan, self._log_start = plan, measure_log(pipeline)
        self._folder = folder
        self._s3, self._sqs = pipeline.aws.client("s3"), pipeline.aws.client("sqs")
        self._bucket: str = pipeline.outputs["S3SourceBucket"]
        self._policy = BrokenPolicy(pipeline, plan.prefix)
        self._foreign = make_foreign_messages(plan.prefix)
        self._plain_bucket = add_plain_bucket(pipeline.aws, pipeline.outputs)
        self._events: list[Event] = []
        self._sources: list[Source] = []
        self._lock = threading.Lock()
        self._uploads = plan.make_uploads()
        spared = {self._add_prefix(upload) for upload in self._uploads if upload.fails}
        self.faults = Faults(plan.seed, spared, plan.faults, plan.max_kills)

    def execute(self) -> Verdict:
        """Run, and return the verdict; if work is still under way after 20 minutes, that is a problem."""
        with self._fail_on_purpose():
            idle = self._deliver()
        names = sorted({source.version.name for source in self._sources})
        output = read_output(self._pipeline, names, self._plan.prefix)
        verdict = judge(self._sources, output)
        secrets = [secret for upload in self._uploads for secret in upload.secrets]
        verdict.problems += find_leaks(secrets, read_copies(self._pipeline, output, self._log_start))
        measured = read_measured(read_log(self._pipeline, self._log_start))
        verdict.problems += find_wrong_metrics(output.rows, measured, count_separating(self.faults.counts))
        verdict.problems += find_wrong_letters(self._foreign, output.foreign_letters)
        verdict.problems += find_overruns(self._aws.invocations, self._middleware.trickled)
        if not idle:
            verdict.problems.append(f"work is still under way after {MAX_WAIT_S:.0f} s")
        return verdict

    def audit(self) -> list[str]:
        """Let `ops audit` look at what the run stored, without faults; return what is wrong after its repair.

        A repair stores records anew, so that a run is judged before.
        """
        failing = {source.version.name for source in self._sources if source.fails}
        environment = CONFIGURING | self._aws.build_environment()
        return audit_run(
            lambda arguments: ask_audit(arguments, environment),
            lambda: self._aws.wait_until_idle(MAX_WAIT_S),
            f"s3://{self._bucket}/{self._plan.prefix}",
            failing,
        )

    @contextmanager
    def _fail_on_purpose(self) -> Iterator[None]:
        """Let faults strike while the block runs; after it, all is deployed as it was before."""
        self._middleware.kill, self._middleware.deploy = self._aws.kill, self._deploys.change
        with allow_reading(self._aws, self._outputs, self._plain_bucket), self._policy.deny():
            try:
                self._deploys.begin()
                self._middleware.begin(self.faults)
                self._aws.repeat_messages(self._is_delivered_twice)
                yield
            finally:
                self._aws.repeat_messages(lambda _body: False)
                self._middleware.end()
                self._deploys.restore()

    def _is_delivered_twice(self, body: str) -> bool:
        return self.faults.draw(Request("ReceiveMessage", get_message_key(body), "")) is not None

    def _deliver(self) -> bool:
        """Upload everything and deliver each event up to three times, in random order.

        After all work has ended, upload the objects of the bucket without versions once more, and deliver a third of
        the events again. Return whether all work ended in time and every second version was uploaded.
        """
        rng = random.Random(self._plan.seed)  # noqa: S311 - has to repeat
        later = {self._add_prefix(upload): upload for upload in self._uploads if upload.after_read}
        self._middleware.on_read = lambda key: self._handle_read(later, key)
        self._upload_all(rng)
        idle = self._aws.wait_until_idle(MAX_WAIT_S)
        for upload in self._uploads:
            if upload.is_plain:
                self._upload(upload)
        for event in rng.sample(self._events, len(self._events) // 3):
            self._redeliver(event)
        return self._aws.wait_until_idle(MAX_WAIT_S) and idle and not later

    def _upload_all(self, rng: random.Random) -> None:
        """Upload what does not wait for a read, and deliver events again between uploads and after the last."""
        first = [upload for upload in self._uploads if not upload.after_read]
        rng.shuffle(first)
        again: list[Event] = []
        foreign = iter(self._foreign)
        for upload in first:
            event = self._upload(upload)
            self._send_messages(islice(foreign, 1))
            again += [event] * rng.randint(0, MAX_DELIVERIES - 1)
            if again and rng.random() < 0.5:
                self._redeliver(again.pop(rng.randrange(len(again))))
        self._send_messages(foreign)
        rng.shuffle(again)
        for event in again:
            self._redeliver(event)

    def _handle_read(self, later: dict[str, ChaosObject], key: str) -> None:
        """Count a read of `key` for the broken policy, and upload its second version while the first is being read."""
        self._policy.notice_read(key)
        with self._lock:
            upload = later.pop(key, None)
        if upload is not None:
            self._upload(upload)

    def _add_prefix(self, upload: ChaosObject) -> str:
        return self._plan.prefix + upload.key

    def _upload(self, upload: ChaosObject) -> Event:
        """Upload an object version, and return the event that tells of it."""
        key, bucket = self._add_prefix(upload), self._plain_bucket if upload.is_plain else self._bucket
        with self._lock:
            path = self._folder / f"{len(self._sources):03d}"
            path.write_bytes(upload.content)
            uploaded_ms = 0 if upload.is_plain else int(time.time() * 1000)
            answer = self._s3.put_object(Bucket=bucket, Key=key, Body=upload.content)
            version = ObjectVersion(f"s3://{bucket}/{key}", answer.get("VersionId", ""))
            self._sources.append(Source(version, path, upload.fails, upload.truth, uploaded_ms))
            event = _build_event(bucket, key, answer)
            self._events.append(event)
        return event

    def _send_messages(self, bodies: Iterable[str]) -> None:
        for body in bodies:
            self._sqs.send_message(QueueUrl=self._outputs["WorkQueueURL"], MessageBody=body)

    def _redeliver(self, event: Event) -> None:
        live = find_live_arn(self._aws.client("lambda"), self._outputs["LambdaFunctionName"])
        self._aws.invoke_async(live, {"Records": [event]})


def _build_event(bucket: str, key: str, answer: Mapping[str, Any]) -> Event:
    """Return what S3 tells of the upload that it answered with `answer`."""
    s3_object = {"key": quote_plus(key, safe="/"), "eTag": answer["ETag"].strip('"')}
    if "VersionId" in answer:
        s3_object["versionId"] = answer["VersionId"]
    return {
        "eventName": "ObjectCreated:Put",
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "s3": {"bucket": {"name": bucket}, "object": s3_object},
    }
