"""Each log service delivers into the deployed bucket as it does in AWS, and its logs are read; nobody else may."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws
from emulator.aws.policies.callers import Caller
from emulator.aws.vended_logs import HIVE_FOLDER, build_v1_statements, build_v2_statements, switch_delivery_on
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Terraform, synthesize
from emulator.deploy.terraform import build_cli_environment
from stacks.sources.log_services import LOG_SERVICES
from tests.integration.deliveries import ANOTHER, DELIVERIES, build_role, compress
from toolchain.terraform import find_terraform

pytestmark = pytest.mark.integration

CHOSEN = [name for name, service in LOG_SERVICES.items() if not service.refusal]
DELIVERED = [name for name in LOG_SERVICES if name != "cloudfront"]
"""All but the one that needs ACLs. WAF minds the bucket's name; what it writes, it writes as flow logs are written."""
POLICY = "-target=aws_s3_bucket_policy.source_policy"
WAIT_S = 90


@dataclass(frozen=True, slots=True)
class Deployed:
    """The pipeline that all services may deliver to, and the KMS key of the one that needs one."""

    aws: LocalAws
    terraform: Terraform
    stack: Path
    bucket: str
    tables: tuple[str, str]
    key_arn: str

    def put(self, caller: Caller, key: str, content: bytes, arguments: dict[str, Any]) -> str:
        """Put an object; return the code of the error, empty if there is none."""
        try:
            self.aws.client("s3", caller).put_object(Bucket=self.bucket, Key=key, Body=content, **arguments)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return ""


def create_key(aws: LocalAws) -> str:
    """Create a KMS key with the statement of the documentation, beside that of a default key; return its ARN."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text("utf-8")
    statement = page.partition('```json\n{\n  "Sid": "GuardDutyEncrypts"')[2].partition("```")[0]
    documented = json.loads('{"Sid": "GuardDutyEncrypts"' + statement)
    root = {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}
    default = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [default, documented]})
    return str(aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deploy the stack with all services that may deliver into its own bucket, once for this module."""
    folder = tmp_path_factory.mktemp("services")
    with LocalAws(log_dir=folder / "logs") as aws:
        key_arn = create_key(aws)
        settings = {"log_services": CHOSEN, "source_kms_keys": [key_arn], "environmentSuffix": "svc"}
        configuring = {
            "CDKTF_CONTEXT_JSON": json.dumps(settings),
            "STACK_NAME_SUFFIX": "svc",
            "STATE_BACKEND": "local",
        }
        stacks = synthesize(folder, configuring)
        env = os.environ | build_cli_environment(folder) | aws.build_environment()
        terraform = Terraform(find_terraform(), env, stacks.log)
        with Steps(Console(quiet=True)) as steps, terraform.begin(stacks.main, steps) as apply:
            outputs = apply.wait_until_finished()
        tables = outputs["DynamoDBTableName"], outputs["LedgerTableName"]
        yield Deployed(aws, terraform, stacks.main, outputs["S3SourceBucket"], tables, key_arn)


@pytest.fixture(scope="module")
def delivered(deployed: Deployed) -> Deployed:
    """Let every service deliver one object, and wait until all are read."""
    for name in DELIVERED:
        delivery, service = DELIVERIES[name], LOG_SERVICES[name]
        content = compress(delivery.read_content(), service.compression)
        caller = delivery.build_caller(ACCOUNT_ID, deployed.bucket)
        arguments = delivery.build_arguments(deployed.key_arn)
        assert deployed.put(caller, build_key(name), content, arguments) == "", name
        for look in delivery.looks:
            getattr(deployed.aws.client("s3", caller), look)(Bucket=deployed.bucket)
    assert deployed.aws.wait_until_idle(WAIT_S)
    return deployed


def build_key(name: str, account: str = ACCOUNT_ID) -> str:
    """Return the service's documented key."""
    return LOG_SERVICES[name].key.format(account=account, region=REGION)


@pytest.mark.parametrize("name", DELIVERED)
def test_what_a_service_delivers_arrives(delivered: Deployed, name: str) -> None:
    """Its object started the function, every record is stored, and in the format that the table names."""
    table, ledger = delivered.tables
    suffix = f"/{build_key(name)}"
    rows = [row for row in delivered.aws.read_table_items(ledger) if row["object"]["S"].endswith(suffix)]
    assert {row["status"]["S"] for row in rows} == {"done"}
    items = [item for item in delivered.aws.read_table_items(table) if item["source_file"]["S"].endswith(suffix)]
    assert len(items) == DELIVERIES[name].records
    formats = {item["format"]["S"] for item in items} - {"text"}
    assert formats == {LOG_SERVICES[name].format} - {"text"} or LOG_SERVICES[name].format == "as its records say"


@pytest.mark.parametrize("name", DELIVERED)
def test_nobody_else_delivers(delivered: Deployed, name: str) -> None:
    """Another service, one without rights, another account's logs, and a service's foreign key are denied."""
    delivery, arguments = DELIVERIES[name], DELIVERIES[name].build_arguments(delivered.key_arn)
    own = delivery.build_caller(ACCOUNT_ID, delivered.bucket)
    foreign = delivery.build_caller(ANOTHER, delivered.bucket)
    stranger = Caller(service="states.amazonaws.com", keys=own.keys)
    powerless = build_role(ACCOUNT_ID, "s3:GetObject", "*")
    attempts = [(stranger, build_key(name)), (powerless, build_key(name)), (foreign, build_key(name, ANOTHER))]
    if LOG_SERVICES[name].folders != ("*",):
        attempts.append((own, f"stolen/{build_key(name)}"))
    for caller, key in attempts:
        assert delivered.put(caller, key, b"x", arguments) == "AccessDenied", (caller.name, key)


def test_the_old_logs_of_cloudfront_are_denied(delivered: Deployed) -> None:
    """An account of AWS writes them, which only a bucket's ACL could let in."""
    caller = DELIVERIES["cloudfront"].build_caller(ANOTHER, delivered.bucket)
    assert delivered.put(caller, build_key("cloudfront"), b"x", {}) == "AccessDenied"


def test_every_service_has_its_delivery() -> None:
    """A row without one would not be tested."""
    assert list(DELIVERIES) == list(LOG_SERVICES)


def test_statements_that_services_add_do_not_drift(deployed: Deployed) -> None:
    """All that CloudWatch Logs would add is there, byte for byte as deployed, and the next plan is empty."""
    s3 = deployed.aws.client("s3")
    before = s3.get_bucket_policy(Bucket=deployed.bucket)["Policy"]
    for folder in ("AWSLogs/{}/*", HIVE_FOLDER):
        wanted = [
            *build_v1_statements(deployed.bucket, ACCOUNT_ID, REGION, folder),
            *build_v2_statements(deployed.bucket, ACCOUNT_ID, folder),
        ]
        assert switch_delivery_on(s3, deployed.bucket, wanted) == []
    assert s3.get_bucket_policy(Bucket=deployed.bucket)["Policy"] == before
    command = [str(deployed.terraform.executable), "plan", "-input=false", "-detailed-exitcode", "-no-color", POLICY]
    plan = subprocess.run(
        command, cwd=deployed.stack, env=deployed.terraform.env, capture_output=True, text=True, check=False
    )
    assert plan.returncode == 0, plan.stdout + plan.stderr
