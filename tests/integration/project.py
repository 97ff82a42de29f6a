"""A copy of the project whose commands, typed as README and docs say, go to a local AWS; and what AWS then holds."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws
from emulator.deploy.terraform import build_cli_environment
from toolchain.terraform import find_terraform

PROJECT_DIR = Path(__file__).resolve().parents[2]
SOURCES = ("main.py", "cdktf.json", ".terraform.lock.hcl", "Pipfile", "Pipfile.lock", "stacks", "functions", "ops")
LINKED = (".venv", "node_modules")
STATE_BACKEND = "StateBackend"
CONFIGURING = (
    "STACK_NAME_SUFFIX",
    "STATE_BACKEND",
    "STATE_BUCKET",
    "CDKTF_CONTEXT_JSON",
    "TF_WORKSPACE",
    "TERRAFORM_BINARY_NAME",
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
UNATTENDED = ("--auto-approve", "--skip-provider-lock")
BUCKET_PARTS = (
    "get_bucket_policy",
    "get_public_access_block",
    "get_bucket_versioning",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_notification_configuration",
    "get_bucket_ownership_controls",
)


class Project:
    """A copy of the project, so that no state is left in it, whose commands go to `aws` with `environ` set."""

    def __init__(self, folder: Path, aws: LocalAws, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.aws = aws
        for name in SOURCES:
            source, ignored = PROJECT_DIR / name, shutil.ignore_patterns("__pycache__")
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy(source, folder / name)
        for name in LINKED:
            (folder / name).symlink_to(PROJECT_DIR / name)
        self.stack = f"TapStack{environ.get('STACK_NAME_SUFFIX', 'dev')}"
        inherited = {name: value for name, value in os.environ.items() if name not in CONFIGURING}
        own = [str(folder / "node_modules" / ".bin"), str(Path(sys.prefix) / "bin")]
        programs = os.pathsep.join([*own, os.environ.get("PATH", os.defpath)])
        self._environ = inherited | build_cli_environment(folder / "terraform") | aws.build_environment()
        self._environ |= {"CI": "true", "PATH": programs} | dict(environ)
        self._terraform = str(find_terraform())

    def configure(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Let `change` edit the context in cdktf.json."""
        path = self.folder / "cdktf.json"
        project = json.loads(path.read_text())
        change(project["context"])
        path.write_text(json.dumps(project))

    def add_route(self, route: str) -> None:
        """Add a route to the function's."""
        with (self.folder / "functions" / "log_processor" / "routes.toml").open("a") as routes:
            routes.write(route)

    def read_context(self) -> dict[str, Any]:
        """Return the context in cdktf.json."""
        context: dict[str, Any] = json.loads((self.folder / "cdktf.json").read_text())["context"]
        return context

    def cdktf(self, *arguments: str) -> str:
        """Run the real command line and return what it said; its exit code has to be 0."""
        return self._run([str(self.folder / "node_modules" / ".bin" / "cdktf"), *arguments], self.folder, 0)

    def deploy(self, stack: str = "") -> dict[str, Any]:
        """Deploy a stack, the main one unless it is named, and return its outputs."""
        name, outputs = stack or self.stack, self.folder / "outputs.json"
        self.cdktf("deploy", name, *UNATTENDED, f"--outputs-file={outputs}")
        found: dict[str, Any] = json.loads(outputs.read_text())[name]
        return found

    def destroy(self) -> None:
        """Destroy the main stack."""
        self.cdktf("destroy", self.stack, *UNATTENDED)

    def try_to_destroy(self, stack: str = "") -> str:
        """Return why `cdktf destroy` is refused for a stack (default: the main one); its exit code has to be 1.

        Terraform is asked for the reason: cdktf may end before it has printed all that Terraform said.
        """
        name = stack or self.stack
        command = [str(self.folder / "node_modules" / ".bin" / "cdktf"), "destroy", name, *UNATTENDED]
        self._run(command, self.folder, 1)
        return self.terraform(name, "plan", "-destroy", "-input=false", exit_code=1)

    def diff(self, exit_code: int) -> str:
        """Return what `make diff` says of the main stack; its exit code has to be `exit_code`."""
        return self._run([sys.executable, "-m", "ops.diff"], self.folder, exit_code)

    def deploy_unasked(self) -> str:
        """Return what `make deploy` says of the main stack; its exit code has to be 0."""
        return self._run([sys.executable, "-m", "ops.deploy"], self.folder, 0)

    def run_line(self, line: str, exit_code: int = 0) -> str:
        """Return what a command line of the docs says, in a shell; its exit code has to be `exit_code`."""
        return self._run(["bash", "-c", f'ops() {{ python -m ops "$@"; }}; {line}'], self.folder, exit_code)

    def terraform(self, stack: str, *arguments: str, exit_code: int = 0) -> str:
        """Run Terraform in the folder of a synthesized stack; its exit code has to be `exit_code`."""
        folder = self.folder / "cdktf.out" / "stacks" / stack
        return self._run([self._terraform, *arguments, "-no-color"], folder, exit_code)

    def _run(self, command: list[str], folder: Path, exit_code: int) -> str:
        finished = subprocess.run(
            command,
            cwd=folder,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert finished.returncode == exit_code, f"{command}\n{finished.stdout}\n{finished.stderr}"
        return COLOUR.sub("", finished.stdout + finished.stderr)


def describe(aws: LocalAws) -> dict[str, Any]:
    """Return what the services tell of each bucket, table, queue, function, role, log group and bus, by its name."""
    s3, tables, queues = aws.client("s3"), aws.client("dynamodb"), aws.client("sqs")
    functions, roles, logs = aws.client("lambda"), aws.client("iam"), aws.client("logs")
    found: dict[str, Any] = {}
    for name in (one["Name"] for one in s3.list_buckets()["Buckets"]):
        found[f"bucket {name}"] = {part: ask(getattr(s3, part), Bucket=name) for part in BUCKET_PARTS}
        found[f"bucket {name}"] |= {"objects": ask(s3.list_objects_v2, Bucket=name).get("Contents")}
    for name in tables.list_tables()["TableNames"]:
        found[f"table {name}"] = ask(tables.describe_table, TableName=name) | ask(tables.scan, TableName=name)
    for url in queues.list_queues().get("QueueUrls", []):
        found[f"queue {url}"] = ask(queues.get_queue_attributes, QueueUrl=url, AttributeNames=["All"])
    for name in (one["FunctionName"] for one in functions.list_functions()["Functions"]):
        found[f"function {name}"] = [
            ask(ask_for, FunctionName=name)
            for ask_for in (functions.get_function, functions.get_policy, functions.list_event_source_mappings)
        ]
    for name in (one["RoleName"] for one in roles.list_roles()["Roles"]):
        policies = roles.list_role_policies(RoleName=name)["PolicyNames"]
        found[f"role {name}"] = [ask(roles.get_role_policy, RoleName=name, PolicyName=policy) for policy in policies]
    for group in logs.describe_log_groups()["logGroups"]:
        found[f"log group {group['logGroupName']}"] = group["arn"]
    events = aws.client("events")
    for name in (one["Name"] for one in events.list_event_buses()["EventBuses"]):
        rules = [one["Name"] for one in events.list_rules(EventBusName=name)["Rules"]]
        found[f"bus {name}"] = {rule: ask(events.list_targets_by_rule, Rule=rule, EventBusName=name) for rule in rules}
    return found


def ask(call: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """Return an answer without the request's own traces; of a refusal, its code."""
    try:
        answer = call(**arguments)
    except ClientError as error:
        return {"refused": error.response["Error"]["Code"]}
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
