"""Keys, roles, secrets and networks are settings, each of which changes what it names and nothing else."""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from tests.infrastructure.conftest import PROJECT, synthesize, synthesize_alone
from tests.infrastructure.planning import Workspace

Stack = dict[str, Any]
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
CREATED = "${aws_kms_key.data_key.arn}"
HIDDEN = '[[route]]\nkeys = ["web/**"]\nredact = [{ name = "ip", method = "hash" }]\n'
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logs/key-a1B2c3"
Synthesize = Callable[..., Stack]


@pytest.fixture(scope="module")
def stack_of(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Return what synthesizes the stack with some settings, each only once."""

    @cache
    def build(settings: str) -> Stack:
        folder = tmp_path_factory.mktemp("rights")
        return synthesize(folder, {"CDKTF_CONTEXT_JSON": settings}).stack("TapStackdev")

    return lambda **settings: build(json.dumps(settings))


def list_changes(before: Stack, after: Stack) -> set[str]:
    """Return the addresses of resources and data sources that differ, and `provider` if that does."""
    changed = {"provider"} if before["provider"] != after["provider"] else set()
    for block in ("resource", "data"):
        for kind in before[block].keys() | after[block].keys():
            old, new = before[block].get(kind, {}), after[block].get(kind, {})
            changed |= {f"{kind}.{name}" for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return changed


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        ({"assume_role": "arn:aws:iam::123456789012:role/deploy"}, {"provider"}),
        ({"role_path": "/teams/logs/"}, {"aws_iam_role.processor_role"}),
        (
            {"permissions_boundary": "arn:aws:iam::123456789012:policy/edge"},
            {"aws_iam_role.processor_role", "aws_iam_policy.processor_permissions_boundary_must_exist"},
        ),
        ({"redaction_secret": SECRET}, set()),
        (
            {"subnet_ids": ["subnet-0a1b2c3d"], "security_group_ids": ["sg-0a1b2c3d"]},
            {
                "aws_lambda_function.processor_function",
                "aws_iam_role_policy.processor_policy",
                "aws_subnet.processor_subnet_ids_subnet-0a1b2c3d_must_exist",
                "aws_security_group.processor_security_group_ids_sg-0a1b2c3d_must_exist",
            },
        ),
        (
            {"access_log_bucket": "our-access-logs"},
            {"aws_s3_bucket_logging.source_access_log", "aws_s3_bucket_logging.errors_archive_access_log"},
        ),
        ({"tags": ["CostCenter=42"]}, {"provider"}),
        ({"function_version": 3}, {"aws_lambda_alias.processor_alias"}),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else "",
)
def test_a_setting_changes_itself_alone(stack_of: Synthesize, settings: dict[str, Any], changed: set[str]) -> None:
    """What is not named in the table stays as it was; a secret is read only if something is hashed."""
    assert list_changes(stack_of(), stack_of(**settings)) == changed


@pytest.mark.parametrize(("data_key", "arn"), [("create", CREATED), (KEY, KEY)])
def test_a_key_encrypts_all_that_is_stored(stack_of: Synthesize, data_key: str, arn: str) -> None:
    """Tables, queues, both buckets, the log and the function's variables; the role may use the key, and no other."""
    resources = stack_of(data_key=data_key)["resource"]
    assert {one["server_side_encryption"]["kms_key_arn"] for one in resources["aws_dynamodb_table"].values()} == {arn}
    for queue in resources["aws_sqs_queue"].values():
        assert queue["kms_master_key_id"] == arn
        assert "sqs_managed_sse_enabled" not in queue
    for encryption in resources["aws_s3_bucket_server_side_encryption_configuration"].values():
        default = encryption["rule"][0]["apply_server_side_encryption_by_default"]
        assert default == {"kms_master_key_id": arn, "sse_algorithm": "aws:kms"}
    assert resources["aws_cloudwatch_log_group"]["processor_log_group"]["kms_key_id"] == arn
    assert resources["aws_lambda_function"]["processor_function"]["kms_key_arn"] == arn
    statements = json.loads(resources["aws_iam_role_policy"]["processor_policy"]["policy"])["Statement"]
    (use,) = (one for one in statements if "kms:Decrypt" in one["Action"])
    assert (use["Action"], use["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], [arn])


def test_a_key_of_the_stack_lets_in_whom_it_needs(stack_of: Synthesize) -> None:
    """The account's own policies, CloudWatch Logs for the function's log group alone, its alarms; it is rotated."""
    key = stack_of(data_key="create")["resource"]["aws_kms_key"]["data_key"]
    assert key["enable_key_rotation"] is True
    account, log, alarms = json.loads(key["policy"])["Statement"]
    assert account["Principal"]["AWS"].endswith(":root")
    assert log["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    group = log["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]
    assert group.endswith(":log-group:/aws/lambda/tap-serverless-dev-log-processor")
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert ":alarm:tap-serverless-dev-" in json.dumps(alarms["Condition"]["ArnLike"])


def test_those_who_deliver_may_use_the_key(stack_of: Synthesize) -> None:
    """A service on behalf of these accounts, an account that writes, and the members of the organisation."""
    chosen = {"log_services": ["nlb"], "writer_accounts": ["210987654321"], "organization_id": "o-a1b2c3d4e5"}
    key = stack_of(data_key="create", **chosen)["resource"]["aws_kms_key"]["data_key"]
    statements = {one["Sid"]: one for one in json.loads(key["policy"])["Statement"]}
    assert statements["Deliveries"]["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
    assert "210987654321" in statements["Deliveries"]["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert statements["WriterAccounts"]["Principal"] == {"AWS": ["arn:aws:iam::210987654321:root"]}
    assert statements["WriterOrganization"]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


def test_rules_may_use_the_key_without_a_condition(stack_of: Synthesize) -> None:
    """Else EventBridge could not keep in the encrypted queue what it cannot deliver."""
    key = stack_of(data_key="create", sources={"app": {"bucket": "app-logs"}})["resource"]["aws_kms_key"]["data_key"]
    statements = {one["Sid"]: one for one in json.loads(key["policy"])["Statement"]}
    rules = statements["UndeliveredEvents"]
    assert (rules["Principal"], rules.get("Condition")) == ({"Service": "events.amazonaws.com"}, None)


def test_prod_has_a_key_and_others_may_have_one(tmp_path: Path) -> None:
    """It is the default of `prod`; the environments that are shipped have one, too."""
    chosen = {"STACK_NAME_SUFFIX": "prod", "CDKTF_CONTEXT_JSON": "{}"}
    assert "aws_kms_key" in synthesize(tmp_path, chosen).stack("TapStackprod")["resource"]
    shipped = json.loads((PROJECT / "cdktf.json").read_text())["context"]["environments"]
    assert {name for name, own in shipped.items() if own.get("data_key") == "create"} == shipped.keys() - {"prod"}


def test_the_redaction_key_is_in_no_state_if_it_is_a_secret(project_copy: Path, tmp_path: Path) -> None:
    """The function has the secret's ARN, its role may read that secret, and Terraform asks for no key."""
    (project_copy / "functions" / "log_processor" / "routes.toml").write_text(HIDDEN)
    chosen = {"CDKTF_CONTEXT_JSON": json.dumps({"redaction_secret": SECRET})}
    stack = synthesize_alone(tmp_path / "out", chosen, project_copy).stack("TapStackdev")
    assert "variable" not in stack
    variables = stack["resource"]["aws_lambda_function"]["processor_function"]["environment"]["variables"]
    assert variables["REDACTION_SECRET"] == SECRET
    assert "REDACTION_KEY" not in variables
    statements = json.loads(stack["resource"]["aws_iam_role_policy"]["processor_policy"]["policy"])["Statement"]
    (reads,) = (one for one in statements if one["Sid"] == "ReadRedactionKey")
    assert (reads["Action"], reads["Resource"]) == (["secretsmanager:GetSecretValue"], [SECRET])
    assert stack["data"]["aws_secretsmanager_secret"]["redaction_secret_must_exist"]["arn"] == SECRET


def test_what_does_not_exist_fails_the_plan(tmp_path: Path) -> None:
    """Each is named by its setting and its value, before anything is made."""
    chosen = {
        "permissions_boundary": "arn:aws:iam::123456789012:policy/edge",
        "data_key": KEY,
        "subnet_ids": ["subnet-0a1b2c3d"],
        "security_group_ids": ["sg-0a1b2c3d"],
    }
    environ = {"STATE_BACKEND": "local", "CDKTF_CONTEXT_JSON": json.dumps(chosen)}
    synthesized = synthesize(tmp_path / "cdktf.out", environ)
    with LocalAws() as aws:
        workspace = Workspace(synthesized, "TapStackdev", os.environ | aws.build_environment())
        with pytest.raises(AssertionError) as refused:
            workspace.terraform("plan", "-input=false", "-no-color")
    said = str(refused.value)
    assert f"reading KMS Key ({KEY})" in said
    assert f"reading IAM Policy ({chosen['permissions_boundary']})" in said
    for name in ("data_key", "permissions_boundary", "subnet_ids_subnet-0a1b2c3d", "security_group_ids_sg-0a1b2c3d"):
        assert f"{name}_must_exist," in said
