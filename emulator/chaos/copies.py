"""Read every text that a run has made of its objects: records, ledger, rejects, error documents, letters and log."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from emulator.chaos.check import RunOutput
from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.hidden import HIDDEN
from emulator.verify.failures import read_error_documents


def read_copies(pipeline: DeployedPipeline, output: RunOutput, log_start: int) -> Iterator[tuple[str, str]]:
    """Yield what each copy is, and its text; the function's log is read from its byte `log_start` on."""
    s3, bucket = pipeline.aws.client("s3"), pipeline.outputs["ErrorArchiveBucket"]
    for item in output.items:
        if HIDDEN in item["source_file"]["S"]:
            yield f"a record of {item['source_file']['S']}", json.dumps(item, ensure_ascii=False, default=str)
    for row in output.rows:
        yield f"the ledger row of {row['object']['S']}", json.dumps(row, ensure_ascii=False, default=str)
    for key, body in output.rejects.items():
        yield f"the rejects {key}", gzip.decompress(body).decode()
    for document in read_error_documents(s3, bucket):
        body = s3.get_object(Bucket=bucket, Key=document.document_key)["Body"].read()
        yield f"the error document {document.document_key}", body.decode()
    for text, attributes in pipeline.aws.read_queue_messages(pipeline.outputs["DLQQueueURL"].rpartition("/")[2]):
        yield "a dead letter", json.dumps([text, attributes], ensure_ascii=False)
    yield "the function's log", read_log(pipeline, log_start)


def read_log(pipeline: DeployedPipeline, log_start: int) -> str:
    """Return the text of the function's log from its byte `log_start` on."""
    return _find_log(pipeline).read_bytes()[log_start:].decode("utf-8", "replace")


def measure_log(pipeline: DeployedPipeline) -> int:
    """Return how many bytes the function's log has by now."""
    log = _find_log(pipeline)
    return log.stat().st_size if log.exists() else 0


def _find_log(pipeline: DeployedPipeline) -> Path:
    name: str = pipeline.outputs["LambdaFunctionName"]
    return pipeline.log_dir / f"{name}.log"
