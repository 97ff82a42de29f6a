"""Keep what a version's function stores of lines of three formats, for tests of the upgrade from it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws

PREFIX = "tap-serverless-dev"
TABLES = {"log_table": "logs", "ledger": "ledger"}


def write_access(number: int) -> str:
    """Return a line of a web server; one in twenty is an error."""
    status = 500 if number % 20 == 7 else 200
    return f'203.0.113.9 - - [04/May/2026:10:00:{number:02d} +0000] "GET /items/{number} HTTP/1.1" {status} 9'


def write_json(number: int) -> str:
    """Return an object; one in twenty is an error."""
    level = "error" if number % 20 == 9 else "info"
    return json.dumps({"timestamp": f"2026-05-04T10:00:{number:02d}Z", "level": level, "message": f"order {number}"})


def write_login(number: int) -> str:
    """Return a line of the audit daemon, which version 1.0.0 had no format for."""
    return f'type=LOGIN msg=audit(17778888{number:02d}.123:{number}): pid=9 uid=0 auid=1000 acct="ann" res=success'


LOGS: dict[str, tuple[Callable[[int], str], int]] = {
    "web/access.log": (write_access, 60),
    "api/app.json": (write_json, 40),
    "audit/audit.log": (write_login, 20),
}


def write_stored(path: Path, aws: LocalAws) -> None:
    """Let the function read the logs, and write them with their objects' versions, and the items of both tables."""
    bucket = f"{PREFIX}-source-{ACCOUNT_ID}"
    parts = {"objects": [upload(aws, bucket, key) for key in LOGS]}
    assert aws.wait_until_idle(120)
    for name, table in TABLES.items():
        pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=f"{PREFIX}-{table}")
        parts[name] = sorted((item for page in pages for item in page["Items"]), key=json.dumps)
    lines = [f',\n"{name}": [\n' + ",\n".join(map(json.dumps, items)) + "\n]" for name, items in parts.items()]
    path.write_text(f'{{\n"bucket": "{bucket}"{"".join(lines)}\n}}\n', "utf-8")


def upload(aws: LocalAws, bucket: str, key: str) -> dict[str, Any]:
    """Upload a log, and return it with its version."""
    write_line, count = LOGS[key]
    body = "".join(f"{write_line(number)}\n" for number in range(count))
    answer = aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    return {"key": key, "version_id": answer["VersionId"], "body": body}
