"""Upload local files to the environment's source bucket, and say what object each became."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError
from log_processor.escaping import escaped

from ops.configured import configured
from ops.errors import CommandError
from ops.files import files_below
from ops.outputs import output, stack_outputs
from stacks.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_KEY_BYTES = 1024
SOURCE_BUCKET = "S3SourceBucket"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the key that it is to have; `refusal` is why it is not uploaded, if it is not."""

    path: Path
    key: str
    refusal: str | None = None


def run(paths: Sequence[Path], prefix: str, bucket: str | None) -> int:
    """Upload every file and print a line for each; return 1 if one was not uploaded, else 0.

    Raises `CommandError` if the bucket is not known, or two files would have one key: then nothing is uploaded.
    """
    config = configured()
    uploads = list(planned(paths, prefix, config.notification_suffixes))
    _check_different(uploads)
    into = bucket or _source_bucket(config)
    s3 = boto3.client("s3", region_name=config.region)
    refused = 0
    for upload in uploads:
        reason = upload.refusal or _sent(s3, upload, into)
        refused += reason is not None
        became = f"s3://{into}/{upload.key}" if reason is None else f"not uploaded: {reason}"
        sys.stdout.write(escaped(f"{upload.path}: {became}") + "\n")
        sys.stdout.flush()
    return int(refused > 0)


def planned(paths: Sequence[Path], prefix: str, suffixes: tuple[str, ...]) -> Iterator[Upload]:
    """Yield each file with its key: `prefix`, then its name, or its path below the folder that was given."""
    for file in files_below(paths):
        key = f"{prefix.strip('/')}/{file.below}".lstrip("/")
        yield Upload(file.path, key, _refusal(file.path, key, suffixes))


def _refusal(path: Path, key: str, suffixes: tuple[str, ...]) -> str | None:
    if path.is_dir():
        return "there is no file in this folder that can be listed: give one that holds logs"
    if not path.exists():
        return "there is no such file: give the path of a log file, or of a folder of them"
    if not path.is_file():
        return "this is no regular file: write what it gives into one"
    return _refusal_of_key(key, suffixes)


def _refusal_of_key(key: str, suffixes: tuple[str, ...]) -> str | None:
    try:
        key_bytes = len(key.encode())
    except UnicodeEncodeError:
        return "its name is not UTF-8, and a key is: rename the file"
    if key_bytes > MAX_KEY_BYTES:
        return f"its key has {key_bytes} bytes, and S3 allows {MAX_KEY_BYTES}: give it a shorter name or prefix"
    if not key.endswith(suffixes):
        return (
            f"its key ends in none of {' '.join(suffixes)}, so no event would tell the function of it: "
            "rename the file, or add its ending to `notification_suffixes`"
        )
    return None


def _check_different(uploads: Sequence[Upload]) -> None:
    keys = Counter(upload.key for upload in uploads if upload.refusal is None)
    for key, times in keys.items():
        if times > 1:
            files = ", ".join(str(upload.path) for upload in uploads if upload.key == key)
            raise CommandError(f"{files} would all become {key}: upload them one after the other with another --prefix")


def _source_bucket(config: Config) -> str:
    return str(output(stack_outputs(config, os.environ), SOURCE_BUCKET, config))


def _sent(s3: "S3Client", upload: Upload, bucket: str) -> str | None:
    """Upload one file, a big one in parts; return why it could not be, or None."""
    try:
        s3.upload_file(str(upload.path), bucket, upload.key)
    except OSError as error:
        return f"{error.strerror or error}: give a file that can be read"
    except (S3UploadFailedError, ClientError, BotoCoreError) as error:
        return f"{error}: check the credentials, the region and the bucket"
    return None
