"""Upload local files to the environment's source bucket, and print the object that each became."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from ops.acting.act import Act
from ops.configuration import name_credentials
from ops.errors import CommandError
from ops.files import find_files
from ops.frame.environment import open_for_change
from ops.frame.output import print_json, print_lines
from ops.frame.progress import show_progress
from ops.outputs import get_output, read_outputs
from stacks.config import Config
from stacks.sources.key_filter import KeyFilter

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_KEY_BYTES = 1024
SOURCE_BUCKET = "S3SourceBucket"
GOING_ON = "upload the files that have no line here, because what is uploaded twice is stored twice"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the key that it is to have; `refusal` tells why it is not uploaded, None if it is."""

    path: Path
    key: str
    refusal: str | None = None


def run(paths: Sequence[Path], prefix: str, bucket: str | None, *, yes: str | None, as_json: bool) -> int:
    """Upload every file and print a line for each; return 1 if one was not uploaded, else 0.

    Raises `CommandError` before the first upload if the bucket is unknown, if two files would have the same key, or if
    the log of acts cannot be written.
    """
    environment = open_for_change(yes)
    config = environment.config
    filters = [source.keys for source in config.sources if source.bucket == bucket] or [config.own_keys]
    uploads = list(plan_uploads(paths, prefix, filters))
    _check_different(uploads)
    target = bucket or _read_source_bucket(config)
    s3 = environment.session.client("s3")
    act = Act(environment, "upload", {"bucket": target, "prefix": prefix}, is_confirmed=True)
    with act.run(len(uploads), "files", going_on=GOING_ON, is_shown=False) as steps:
        for upload in steps.pace(uploads):
            reason = upload.refusal or _upload_file(s3, upload, target, name_credentials(config))
            steps.count(uploaded=int(reason is None), refused=int(reason is not None))
            _print_upload(upload, f"s3://{target}/{upload.key}", reason, as_json=as_json)
    return int(steps.counts["refused"] > 0)


def _print_upload(upload: Upload, uri: str, reason: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(upload.path), "object": None if reason else uri, "reason": reason})
    else:
        print_lines([f"{upload.path}: {uri if reason is None else f'not uploaded: {reason}'}"])
    sys.stdout.flush()


def plan_uploads(paths: Sequence[Path], prefix: str, filters: Sequence[KeyFilter]) -> Iterator[Upload]:
    """Yield each file with its key: `prefix` and its name, or its path relative to the folder that was given.

    A key that passes none of the filters is refused.
    """
    for file in find_files(paths):
        key = f"{prefix.strip('/')}/{file.relative_name}".lstrip("/")
        yield Upload(file.path, key, _find_refusal(file.path, key, filters))


def _find_refusal(path: Path, key: str, filters: Sequence[KeyFilter]) -> str | None:
    if path.is_dir():
        return "there is no file in this folder that can be listed: give one that holds logs"
    if not path.exists():
        return "there is no such file: give the path of a log file, or of a folder of them"
    if not path.is_file():
        return "this is no regular file: write what it gives into one"
    return _find_key_refusal(key, filters)


def _find_key_refusal(key: str, filters: Sequence[KeyFilter]) -> str | None:
    try:
        key_bytes = len(key.encode())
    except UnicodeEncodeError:
        return "its name is not UTF-8, and a key is: rename the file"
    if key_bytes > MAX_KEY_BYTES:
        return f"its key has {key_bytes} bytes, and S3 allows {MAX_KEY_BYTES}: give it a shorter name or prefix"
    begun = [one for one in filters if key.startswith(one.prefix)]
    if not begun:
        prefixes = " ".join(one.prefix for one in filters)
        return (
            f"its key begins with none of {prefixes}, so no event would tell the function of it: "
            "give it one by --prefix"
        )
    if not any(one.matches(key) for one in begun):
        endings = " ".join(ending for one in begun for ending in one.endings)
        return (
            f"its key ends in none of {endings}, so no event would tell the function of it: "
            "rename the file, or add its ending to `notification_suffixes`, or to the suffixes of the source"
        )
    return None


def _check_different(uploads: Sequence[Upload]) -> None:
    keys = Counter(upload.key for upload in uploads if upload.refusal is None)
    for key, times in keys.items():
        if times > 1:
            files = ", ".join(str(upload.path) for upload in uploads if upload.key == key)
            raise CommandError(f"{files} would all become {key}: upload them one after the other with another --prefix")


def _read_source_bucket(config: Config) -> str:
    return str(get_output(read_outputs(config), SOURCE_BUCKET, config))


def _upload_file(s3: "S3Client", upload: Upload, bucket: str, credentials: str) -> str | None:
    """Upload one file, a big one in parts; return the reason if that failed, None if it succeeded."""
    try:
        with show_progress(f"bytes of {upload.path}", upload.path.stat().st_size) as advance:
            s3.upload_file(str(upload.path), bucket, upload.key, Callback=advance)
    except OSError as error:
        return f"{error.strerror or error}: give a file that can be read"
    except (S3UploadFailedError, ClientError, BotoCoreError) as error:
        return f"{error}: check {credentials}, the region and the bucket"
    return None
