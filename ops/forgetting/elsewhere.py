"""Remove a person's records from where else they are: rejects, copies of failed objects, dead letters, sources."""

import gzip
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import ClientError

from ops.forgetting.matches import PersonRecords
from ops.forgetting.person import Person
from ops.frame.aws_errors import MISSING, get_code
from ops.letters.letter_queue import LetterQueue
from ops.reading.row_ranges import make_version, split_uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

REJECTS, COPY, DOCUMENT = ".rejects.jsonl.gz", ".object", ".error.json"
MAX_LETTERS = 100_000
"""How many letters are looked at; SQS hides no more than 120,000 of a queue at once."""
LETTERS_HIDDEN_S = 1_800
"""For how long at most others do not see them: a request brings ten, so that so many take minutes."""
MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """The error archive, from which what is the person's is removed."""

    s3: "S3Client"
    bucket: str
    person: Person

    def clean(self, records: PersonRecords, *, is_confirmed: bool) -> Iterator[str]:
        """Yield what each thing is that is the person's: `reject`, `copy` or `document`; remove it if confirmed."""
        log_ids = records.list_ids()
        copies = tuple(f"{split_uri(one.uri)[1]}/{one.version}{COPY}" for one in records.versions.values())
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="errors/"):
            for key in (one["Key"] for one in page.get("Contents", ())):
                if key.endswith(REJECTS):
                    yield from self._clean_rejects(key, log_ids, is_confirmed=is_confirmed)
                elif copies and key.endswith(copies):
                    yield from self._remove(key, "copy", is_confirmed=is_confirmed)
                elif key.endswith(DOCUMENT) and self.person.is_named_in(self._read(key).decode("utf-8", "replace")):
                    yield from self._remove(key, "document", is_confirmed=is_confirmed)

    def _read(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def _remove(self, key: str, what: str, *, is_confirmed: bool) -> Iterator[str]:
        if is_confirmed:
            self.s3.delete_object(Bucket=self.bucket, Key=key)
        yield what

    def _clean_rejects(self, key: str, log_ids: frozenset[str], *, is_confirmed: bool) -> Iterator[str]:
        """Write the rejects of a range without the person's, or remove them if no other is left."""
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"]
        kept = dropped = 0
        with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as rest:
            with gzip.open(body) as lines, gzip.GzipFile(fileobj=rest, mode="wb", mtime=0, filename="") as packed:
                for line in lines:
                    reject = orjson.loads(line)
                    if reject["log_id"] in log_ids or self.person.is_named_in(str(reject.get("text", ""))):
                        dropped += 1
                    else:
                        kept += 1
                        packed.write(line)
            if not dropped:
                return
            yield from ["reject"] * dropped
            if is_confirmed and kept:
                rest.seek(0)
                self.s3.put_object(Bucket=self.bucket, Key=key, Body=rest, ContentType="application/gzip")
            elif is_confirmed:
                self.s3.delete_object(Bucket=self.bucket, Key=key)


@dataclass(frozen=True, slots=True)
class PersonLetters:
    """How many dead letters name a person, and why others were not looked at; empty if all were."""

    count: int
    unseen: str = ""


def clean_letters(sqs: "SQSClient", queue_url: str, person: Person, *, is_confirmed: bool) -> PersonLetters:
    """Return which dead letters name the person, in their body or their reason; delete them if confirmed."""
    if person.words is None:
        return PersonLetters(0)
    count = 0
    with LetterQueue(sqs, queue_url, queue_url, LETTERS_HIDDEN_S) as letters:
        for message in letters.walk(MAX_LETTERS):
            attributes: Any = message.get("MessageAttributes", {})
            texts = (message["Body"], *(str(one.get("StringValue", "")) for one in attributes.values()))
            if any(map(person.is_named_in, texts)):
                count += 1
                if is_confirmed:
                    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        unseen = "" if letters.is_seen else f"only {MAX_LETTERS:,} were looked at: redrive them, and run this again"
    return PersonLetters(count, unseen)


def remove_source(s3: "S3Client", uri: str, version: str) -> None:
    """Delete a source object version, if it is there; another upload of a bucket without versions stays."""
    work = make_version(*split_uri(uri), version)
    try:
        if work.version_id:
            s3.delete_object(Bucket=work.bucket, Key=work.key, VersionId=work.version_id)
        elif s3.head_object(Bucket=work.bucket, Key=work.key)["ETag"].strip('"') == work.etag:
            s3.delete_object(Bucket=work.bucket, Key=work.key)
    except ClientError as error:
        if get_code(error) not in MISSING | {"NoSuchVersion"}:
            raise
