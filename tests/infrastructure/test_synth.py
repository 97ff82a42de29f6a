"""Synthesis is reproducible, quick, and explains what it cannot use."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import PROJECT, TAGGING, Synthesized, run_main, synthesize, synthesize_alone


def test_caches_do_not_change_the_output(synthesized: Synthesized, project_copy: Path, tmp_path: Path) -> None:
    """Another folder, with caches and stray files beside the sources, gives the same bytes, zips included."""
    caches = project_copy / "functions" / "log_processor" / "__pycache__"
    caches.mkdir()
    (caches / "handler.cpython-311.pyc").write_bytes(b"stale")
    (project_copy / "functions" / "log_processor" / "notes.txt").write_text("not part of the function")
    again = synthesize_alone(tmp_path / "out", TAGGING | {"TZ": "Asia/Tokyo"}, project_copy)
    assert again.files() == synthesized.files()
    assert any(name.endswith(".zip") for name in again.files())


def test_a_synthesis_before_changes_nothing(synthesized: Synthesized, tmp_path: Path) -> None:
    """One process writes for one environment after the other what `main.py` writes in a process of its own."""
    before = {"STACK_NAME_SUFFIX": "prod", "STATE_BACKEND": "local", "CDKTF_CONTEXT_JSON": '{"error_log_days": 7}'}
    synthesize(tmp_path / "before", before)
    assert synthesize(tmp_path / "after", TAGGING).files() == synthesized.files()


def test_the_output_names_no_path_of_this_machine(synthesized: Synthesized) -> None:
    """A remote run uses the JSON on another machine."""
    for name, content in synthesized.files().items():
        if name.endswith(".json"):
            assert str(PROJECT).encode() not in content
            assert str(Path.home()).encode() + b"/" not in content


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"STACK_NAME_SUFFIX": "Prod!"}, "is malformed"),
        ({"STACK_NAME_SUFFIX": "produ"}, "'produ' in STACK_NAME_SUFFIX is unknown"),
        ({"CDKTF_CONTEXT_JSON": "{"}, "CDKTF_CONTEXT_JSON cannot be read"),
        ({"CDKTF_CONTEXT_JSON": "[]"}, "is not an object"),
        ({"CDKTF_CONTEXT_JSON": json.dumps({"function_timeout_s": "60"})}, "must be a whole number"),
        ({"CDKTF_CONTEXT_JSON": json.dumps({"function_timeouts": 60})}, "unknown setting 'function_timeouts'"),
        ({"CDKTF_CONTEXT_JSON": json.dumps({"notification_suffixes": [".log", "app.log"]})}, "endings that overlap"),
        ({"CDKTF_CONTEXT_JSON": json.dumps({"reserved_concurrency": 5})}, "set account_concurrency to at least 105"),
        ({"STATE_BACKEND": "cloud"}, "set TF_CLOUD_ORGANIZATION"),
        ({"STATE_BACKEND": "ftp"}, "choose one of s3, cloud, local"),
    ],
)
def test_a_bad_configuration_is_one_sentence(environ: dict[str, str], sentence: str, tmp_path: Path) -> None:
    """It names the setting, the place and the remedy; no traceback, exit code 1."""
    finished = run_main(tmp_path, environ)
    assert finished.returncode == 1
    assert finished.stderr.startswith("error: ")
    assert sentence in finished.stderr
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"JSII_NODE": "/nosuch/node"}, "/nosuch/node does not run as Node.js"),
        ({"JSII_NODE": "/bin/false"}, "/bin/false does not run as Node.js"),
        ({"CDKTF_OUTDIR": "/proc/nosuch/out"}, "the output folder /proc/nosuch/out cannot be made"),
        ({"JSII_NODE": "/nosuch/node", "STATE_BACKEND": "ftp"}, "choose one of s3, cloud, local"),
    ],
)
def test_a_framework_that_cannot_start_is_one_sentence(environ: dict[str, str], sentence: str, tmp_path: Path) -> None:
    """There is no traceback of the framework; it is started after the configuration was checked."""
    finished = run_main(tmp_path, environ)
    assert finished.returncode == 1
    assert finished.stderr.startswith("error: ")
    assert sentence in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_the_output_folder_is_made(tmp_path: Path) -> None:
    """The folders above it are made too."""
    assert synthesize(tmp_path / "deep" / "out", {}).stack("TapStackdev")


def test_a_region_that_terraform_ignores_is_reported(tmp_path: Path) -> None:
    """The stacks are still synthesized, for the configuration's region."""
    finished = run_main(tmp_path, {"AWS_DEFAULT_REGION": "eu-west-1"})
    assert finished.returncode == 0
    assert finished.stderr.startswith("note: AWS_DEFAULT_REGION says eu-west-1, but the stacks are for us-east-1")
    assert Synthesized(tmp_path).stack("TapStackdev")["provider"]["aws"][0]["region"] == "us-east-1"


def test_a_deploy_that_will_not_serve_is_reported(tmp_path: Path) -> None:
    """After a rollback the alias stays, whatever is deployed."""
    finished = run_main(tmp_path, {"CDKTF_CONTEXT_JSON": json.dumps({"function_version": 7})})
    assert finished.returncode == 0
    assert finished.stderr.startswith(
        "note: function_version is 7, so a deploy publishes a version that does not serve"
    )


def test_log_services_are_let_in_and_start_the_function(tmp_path: Path) -> None:
    """The bucket's policy has their statements, every key starts the function if one needs that, its key decrypts."""
    key = "arn:aws:kms:us-east-1:123456789012:key/3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9"
    settings = {"log_services": ["s3_access", "guardduty"], "source_kms_keys": [key]}
    stack = synthesize(tmp_path, {"CDKTF_CONTEXT_JSON": json.dumps(settings)}).stack("TapStackdev")
    resources = stack["resource"]
    statements = json.loads(resources["aws_s3_bucket_policy"]["source_policy"]["policy"])["Statement"]
    sids = [statement["Sid"] for statement in statements]
    assert sids == ["DenyUnencryptedTransport", "S3AccessWrites", "GuarddutyWrites", "GuarddutyLooks"]
    assert "${data.aws_caller_identity" in statements[1]["Condition"]["StringEquals"]["aws:SourceAccount"][0]
    (notification,) = resources["aws_s3_bucket_notification"].values()
    assert [target.get("filter_suffix") for target in notification["lambda_function"]] == [None]
    (policy,) = resources["aws_iam_role_policy"].values()
    granted = {one["Sid"]: one for one in json.loads(policy["policy"])["Statement"]}
    assert (granted["DecryptSource"]["Action"], granted["DecryptSource"]["Resource"]) == (["kms:Decrypt"], [key])


def test_a_stopped_function_is_given_no_messages(tmp_path: Path) -> None:
    """Its queue is stopped too, because a delivery that cannot succeed counts as one."""
    stopped = {"CDKTF_CONTEXT_JSON": json.dumps({"reserved_concurrency": 0}), "STACK_NAME_SUFFIX": "pr1"}
    resources = synthesize(tmp_path, stopped).stack("TapStackpr1")["resource"]
    (mapping,) = resources["aws_lambda_event_source_mapping"].values()
    (function,) = resources["aws_lambda_function"].values()
    assert (mapping["enabled"], function["reserved_concurrent_executions"]) == (False, 0)


def test_a_pull_request_needs_no_settings(tmp_path: Path) -> None:
    """`STACK_NAME_SUFFIX` wins over the context and names the stack."""
    stack = synthesize(tmp_path, {"STACK_NAME_SUFFIX": "pr123"}).stack("TapStackpr123")
    assert stack["terraform"]["backend"]["s3"]["key"].endswith("/TapStackpr123.tfstate")


def test_only_the_bindings_that_are_used_are_imported(tmp_path: Path) -> None:
    """They are those that the stacks name: the import of all of them takes longer than the synthesis."""
    listed = "import sys; print(*(name for name in sys.modules if name.startswith('cdktf_cdktf_provider_aws.')))"
    program = f"import runpy; runpy.run_path('main.py', run_name='__main__'); {listed}"
    finished = run_main(tmp_path, {}, program=program)
    assert finished.returncode == 0, finished.stderr
    imported = {name.split(".")[1] for name in finished.stdout.split()} - {"_jsii"}
    sources = "".join(path.read_text("utf-8") for path in (PROJECT / "stacks").rglob("*.py"))
    assert imported == set(re.findall(r"from cdktf_cdktf_provider_aws\.(\w+) import", sources))


def replace_routes(project: Path, text: str) -> Path:
    """Write other routes into the project."""
    (project / "functions" / "log_processor" / "routes.toml").write_text(text)
    return project


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[route]]\nkeys = ['a']\nformat = 'jsonl'", "3: 'format' is 'jsonl': choose auto or one of"),
        ("[[route]]\nkeys = ['a']\n\nexclude = ['(?=a)']", "4: exclude: the pattern '(?=a)' is refused: "),
        ("[[route]]\nkeys = ['a']\nredact = ['iban']", "3: redact knows no pattern 'iban'"),
        ("[[route]\n", "1: this is not TOML"),
    ],
)
def test_a_bad_route_is_one_sentence_with_its_line(
    project_copy: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    """Synthesis ends, so that the function never reads it."""
    finished = run_main(tmp_path / "out", {}, replace_routes(project_copy, text))
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"error: functions/log_processor/routes.toml:{sentence}")
    assert finished.stderr.count("\n") == 1


def test_only_routes_that_hash_ask_for_a_key(project_copy: Path, tmp_path: Path, tap_stack: dict[str, Any]) -> None:
    """It is a sensitive variable without default: no file holds it, and an apply without it is refused."""
    text = "[[route]]\nkeys = ['**']\nredact = [{name = 'email', method = 'hash'}]"
    stack = synthesize_alone(tmp_path / "out", {}, replace_routes(project_copy, text)).stack("TapStackdev")
    variable = stack["variable"]["redaction_key"]
    assert variable["sensitive"] is True
    assert "default" not in variable
    (function,) = stack["resource"]["aws_lambda_function"].values()
    assert function["environment"]["variables"]["REDACTION_KEY"] == "${var.redaction_key}"
    assert "variable" not in tap_stack
    (other,) = tap_stack["resource"]["aws_lambda_function"].values()
    assert "REDACTION_KEY" not in other["environment"]["variables"]
