"""The policy of a job lets its commands and those of the jobs before it do their work, and no other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, REGION
from emulator.aws.policies.callers import Caller
from emulator.aws.policies.conditions import is_like
from emulator.aws.requests import ApiCall
from emulator.chaos.deployed import SETTINGS, DeployedPipeline
from emulator.chaos.faults import Faults
from emulator.chaos.releases import deploy_code
from ops.cli import COMMANDS, main
from ops.exit_codes import ExitCode
from ops.policies import JOBS, Job, PolicyScope, build_policy
from stacks.config import context, load
from tests.integration.recorder import CallRecorder
from tests.integration.story import Story, no_notifications

pytestmark = pytest.mark.integration

PREFIX = "story-policies/"
LINES = b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "request"}\n' * 3
POISONED = b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "POISON"}\n'
STATE_BUCKET = "state-of-policies"
STACK = "TapStackchaos"
ENVIRON = {"STACK_NAME_SUFFIX": "chaos", "STATE_BACKEND": "s3", "STATE_BUCKET": STATE_BUCKET}
NOT_PLAYED = {
    "ReadPacks dynamodb:GetItem",  # for packs, from which records are taken; these are items
    "CleanArchive s3:PutObject",  # for rejects of which others stay
    "DeleteSources s3:DeleteObject",  # for --source-objects, whose records the denied one has removed already
    "DeleteSources s3:DeleteObjectVersion",
    "Upload s3:AbortMultipartUpload",  # for a file that is sent in parts, and fails
}
"""What is granted and not used here, and why it is granted."""


@pytest.fixture(scope="module")
def story(pipeline: DeployedPipeline, recorder: CallRecorder, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Store an object, and keep the outputs of the stack where its state would be."""
    assert recorder
    story = Story(pipeline, tmp_path_factory.mktemp("policies"), PREFIX)
    deploy_code(pipeline, pipeline.code)
    story.upload("a.jsonl", LINES)
    pipeline.middleware.begin(Faults(0, kinds=()))  # the table refuses the poisoned record as parsed, nothing else
    story.upload("rejects.jsonl", LINES + POISONED)
    assert pipeline.aws.wait_until_idle(120)
    pipeline.middleware.end()
    s3 = pipeline.aws.client("s3")
    s3.create_bucket(Bucket=STATE_BUCKET)
    state = {"outputs": {name: {"value": value} for name, value in list_outputs(pipeline).items()}}
    s3.put_object(Bucket=STATE_BUCKET, Key=f"tap-serverless/{STACK}.tfstate", Body=json.dumps(state))
    return story


def list_outputs(pipeline: DeployedPipeline) -> dict[str, str]:
    """Return the outputs of the stack; those that Terraform knows last are made of the names."""
    named = dict(pipeline.outputs)
    scope = f"{REGION}:{ACCOUNT_ID}"
    arns = {
        "S3SourceBucketArn": f"arn:aws:s3:::{named['S3SourceBucket']}",
        "ErrorArchiveBucketArn": f"arn:aws:s3:::{named['ErrorArchiveBucket']}",
        "DynamoDBTableArn": f"arn:aws:dynamodb:{scope}:table/{named['DynamoDBTableName']}",
        "LedgerTableArn": f"arn:aws:dynamodb:{scope}:table/{named['LedgerTableName']}",
        "LambdaFunctionArn": f"arn:aws:lambda:{scope}:function:{named['LambdaFunctionName']}",
        "DLQQueueArn": f"arn:aws:sqs:{scope}:{named['DLQQueueURL'].rpartition('/')[2]}",
        "WorkQueueArn": f"arn:aws:sqs:{scope}:{named['WorkQueueURL'].rpartition('/')[2]}",
    }
    return named | arns


@pytest.fixture
def words(story: Story, tmp_path: Path) -> dict[str, list[list[str]]]:
    """Return what is typed to let each command do its work."""
    uri = f"{story.place}a.jsonl"
    items = story.pipeline.aws.read_table_items(story.pipeline.outputs["DynamoDBTableName"])
    log_id = next(item["log_id"]["S"] for item in items if item["source_file"]["S"] == uri)
    file = tmp_path / "b.jsonl"
    file.write_bytes(LINES)
    functions = story.pipeline.aws.client("lambda")
    live = functions.get_alias(FunctionName=story.pipeline.outputs["LambdaFunctionName"], Name="live")
    time = ["--from", "2026-05-01", "--to", "2026-05-08"]
    return {
        "status": [["status"], ["status", uri]],
        "formats": [["formats"]],
        "query": [["query", *time], ["query", *time, "--where", "message~request", "-C", "1"]],
        "show": [["show", log_id]],
        "tail": [["tail", "--from", "1h", "--once"]],
        "patterns": [["patterns", *time]],
        "export": [["export", str(tmp_path / "records.jsonl"), *time, "--overwrite"]],
        "explain": [["explain", uri]],
        "cost": [["cost", "--since", "1d"]],
        "parse": [["parse", uri]],
        "acts": [["acts"]],
        "outputs": [["outputs"]],
        "sources": [["sources"]],
        "policy": [["policy", "read"]],
        "view": [],  # it serves until Ctrl-C, and its pages ask what the commands above ask
        "redrive": [["redrive", "--object", story.place, "--wait", "0", "--yes"]],
        "audit": [["audit", story.place], ["audit", story.place, "--deep"]],
        "audit --repair": [["audit", story.place, "--patience", "0m", "--repair", "--yes"]],
        "replay": [
            ["replay", f"{story.place}rejects.jsonl", "--rejects", "--yes"],
            ["replay", story.place, "--again", "--yes"],
            ["replay", uri, "--yes"],
        ],
        "upload": [["upload", str(file), "--bucket", story.bucket, "--prefix", PREFIX]],
        "rollback": [["rollback", live["FunctionVersion"]]],
        "forget": [["forget", "--field", "message=POISON", "--yes"]],
    }


@pytest.fixture
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands find the deployment's settings in a project file, which `rollback` changes."""
    file = tmp_path / "cdktf.json"
    own = {name: value for name, value in SETTINGS.items() if name != "environmentSuffix"}
    settings = {"app_name": "tap-serverless", "environments": {"chaos": own}}
    file.write_text(json.dumps({"context": settings}))
    monkeypatch.setattr(context, "PROJECT_FILE", file)
    monkeypatch.delenv("CDKTF_CONTEXT_JSON", raising=False)
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_environment")
def test_a_job_may_do_its_work_and_no_other(
    story: Story,
    recorder: CallRecorder,
    words: dict[str, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Commands of later jobs are denied; nothing is granted that no command uses."""
    assert {command.__name__ for command in COMMANDS} | {"audit --repair"} == set(words)
    scope = PolicyScope(load({"app_name": "tap-serverless"}, ENVIRON), ACCOUNT_ID, list_outputs(story.pipeline))
    used: set[ApiCall] = set()
    faults = []
    for job in JOBS:
        document = build_policy(job, scope)
        own = Caller(account=ACCOUNT_ID, arn=f"arn:aws:iam::{ACCOUNT_ID}:user/{job}", policies=(json.dumps(document),))
        variables = story.pipeline.aws.build_environment(own)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        recorder.calls[variables["AWS_ACCESS_KEY_ID"]] = used
        bury_letter(story)
        upload_unseen(story, job)
        for is_allowed, typed in list_typed(job, words):
            code, said = type_command(typed, capsys)
            is_denied = code == ExitCode.REFUSED or (typed[0] == "upload" and "AccessDenied" in said)
            if is_allowed == is_denied or (is_allowed and code not in (ExitCode.WELL, ExitCode.WRONG)):
                faults.append(f"{job}: {typed}: {code}: {said}")
    assert not faults, "\n".join(faults)
    unused = list_unused(build_policy("admin", scope), used)
    assert unused == NOT_PLAYED, sorted(unused ^ NOT_PLAYED)


def list_typed(job: Job, words: dict[str, list[list[str]]]) -> Iterator[tuple[bool, list[str]]]:
    """Yield what is typed, with whether the policy of a job has to let it through."""
    jobs = list(JOBS)
    for owner, commands in JOBS.items():
        for typed in [one for name in commands for one in words.get(name, ())]:
            yield jobs.index(owner) <= jobs.index(job), typed


def type_command(typed: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command; return its exit code, and what it says."""
    code = main(typed)
    said = capsys.readouterr()
    return code, said.out + said.err


def upload_unseen(story: Story, job: Job) -> None:
    """Upload an object of which the function is not told, so that an audit has something to repair."""
    with no_notifications(story):
        story.upload(f"unseen-{job}.jsonl", LINES)


def bury_letter(story: Story) -> None:
    body = {"object_range": {"bucket": story.bucket, "key": f"{PREFIX}a.jsonl", "version_id": "none", "etag": None}}
    sqs = story.pipeline.aws.client("sqs")
    sqs.send_message(QueueUrl=story.pipeline.outputs["DLQQueueURL"], MessageBody=json.dumps(body))


def list_unused(document: dict[str, Any], calls: set[ApiCall]) -> set[str]:
    """Return the actions that a policy grants and nobody has called, each with the statement that does so."""

    def list_granted() -> Iterator[tuple[str, str, list[str]]]:
        for statement in document["Statement"]:
            for action in statement["Action"]:
                yield statement["Sid"], action, statement["Resource"]

    return {
        f"{sid} {action}"
        for sid, action, resources in list_granted()
        if not any(call.action == action and any(is_like(one, call.resource) for one in resources) for call in calls)
    }
