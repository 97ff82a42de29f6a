"""Buckets that existed before the deployment: one of its account, one of another, whose owner prepares it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws
from emulator.deploy.terraform import build_cli_environment
from tests.docs.pages import COMMANDS, PROJECT, blocks
from toolchain.terraform import find_terraform

OWNER = "210987654321"
OURS, THEIRS = "acme-payments-logs", "partner-logs"
SOURCES: dict[str, Any] = {
    "payments": {"bucket": OURS, "prefix": "app/", "suffixes": [".log"]},
    "partner": {"bucket": THEIRS, "account": OWNER},
}
TLS = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


class OtherBuckets:
    """Both buckets, with notifications and policies of their own; EventBridge is on, as the docs demand."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self._aws, self._folder = aws, folder
        folder.mkdir()
        self.queue_url = str(aws.client("sqs").create_queue(QueueName="others")["QueueUrl"])
        queue = {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:others", "Events": ["s3:ObjectRemoved:*"]}
        for bucket, notified in ((OURS, {"QueueConfigurations": [queue]}), (THEIRS, {})):
            s3 = self.client(bucket)
            s3.create_bucket(Bucket=bucket)
            s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}, **notified}
            )
            self._put_policy(bucket)

    def client(self, bucket: str) -> Any:
        """Return a client of S3 with which the bucket's owner works."""
        return self._aws.client("s3", account=OWNER if bucket == THEIRS else ACCOUNT_ID)

    def write(self, bucket: str, key: str, body: bytes) -> None:
        """Upload an object as the bucket's owner."""
        self.client(bucket).put_object(Bucket=bucket, Key=key, Body=body)

    def describe(self) -> dict[str, Any]:
        """Return the notifications and the policy of each bucket."""
        return {bucket: self._describe(bucket) for bucket in (OURS, THEIRS)}

    def _describe(self, bucket: str) -> tuple[str, str]:
        notifications = self.client(bucket).get_bucket_notification_configuration(Bucket=bucket)
        del notifications["ResponseMetadata"]
        policy: str = self.client(bucket).get_bucket_policy(Bucket=bucket)["Policy"]
        return json.dumps(notifications), policy

    def prepare(self, environ: Mapping[str, str]) -> None:
        """Do what docs/sources.md says: we print what is to be added, the owner applies it and adds the statements."""
        printing, applying, asking = list_owner_commands()
        self._run(printing, self._aws.build_environment() | dict(environ))
        self._run(applying.replace(" apply", " apply -auto-approve"), self._build_environ())
        self._put_policy(THEIRS, *json.loads(self._run(asking, self._build_environ())))

    def _put_policy(self, bucket: str, *statements: Any) -> None:
        tls = {**TLS, "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [tls, *statements]})
        self.client(bucket).put_bucket_policy(Bucket=bucket, Policy=policy)

    def _build_environ(self) -> dict[str, str]:
        return self._aws.build_environment(account=OWNER) | build_cli_environment(self._folder / "cli")

    def _run(self, script: str, environ: Mapping[str, str]) -> str:
        programs = [str(Path(sys.prefix) / "bin"), str(Path(find_terraform()).parent), os.environ["PATH"]]
        finished = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self._folder,
            env={**os.environ, **environ, "PATH": os.pathsep.join(programs)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, f"{script}\n{finished.stdout}\n{finished.stderr}"
        return finished.stdout


def list_owner_commands() -> list[str]:
    """Return what the page tells us and the owner of a bucket in another account to type."""
    page = [block for block in blocks(PROJECT / "docs" / "sources.md") if block.language == COMMANDS]
    return [command for block in page for command in block.commands()]
