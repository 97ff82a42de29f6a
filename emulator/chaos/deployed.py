"""Deploy the stacks to a local AWS, with limits so small that objects are split and ranges are continued."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.aws.edge import Middleware
from emulator.aws.local_aws import LocalAws
from emulator.chaos.middleware import FaultMiddleware
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Terraform, synthesize
from emulator.deploy.terraform import build_cli_environment
from toolchain.terraform import find_terraform

KIB = 1024
SETTINGS = {
    "environmentSuffix": "chaos",
    "force_destroy": True,
    "function_timeout_s": 5,
    "split_threshold_bytes": 128 * KIB,
    "range_bytes": 96 * KIB,
    "mapping_batch_size": 3,
    "max_receive_count": 10,
}
CONFIGURING = {"CDKTF_CONTEXT_JSON": json.dumps(SETTINGS), "STACK_NAME_SUFFIX": "chaos", "STATE_BACKEND": "local"}


@dataclass(frozen=True, slots=True)
class DeployedPipeline:
    """The running pipeline: its AWS, the main stack's names, the function's zip, the middleware for faults, its logs.

    Of the stack's outputs, `outputs` has the names and addresses, which are known before Terraform has ended.
    """

    aws: LocalAws
    outputs: Mapping[str, Any]
    code: bytes
    middleware: FaultMiddleware
    log_dir: Path


@contextmanager
def deploy_pipeline(build_dir: Path, steps: Steps, *middlewares: Middleware) -> Iterator[DeployedPipeline]:
    """Synthesize and apply the main stack; on exit from the context, everything that was started has ended.

    `middlewares` handle the requests to the local AWS after that for faults.
    """
    build_dir.mkdir(parents=True, exist_ok=True)
    with steps.show("Synthesize the stacks"):
        stacks = synthesize(build_dir, CONFIGURING)
    middleware = FaultMiddleware()
    log_dir = build_dir / "function-logs"
    with LocalAws(log_dir=log_dir, middlewares=[middleware, *middlewares]) as aws:
        env = os.environ | build_cli_environment(build_dir) | aws.build_environment()
        terraform = Terraform(find_terraform(), env, stacks.log)
        with terraform.begin(stacks.main, steps) as apply:
            yield DeployedPipeline(aws, apply.wait_until_usable(), _read_code(stacks.main), middleware, log_dir)
            apply.wait_until_finished()


def _read_code(stack: Path) -> bytes:
    resources = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    function = next(iter(resources["aws_lambda_function"].values()))
    return (stack / str(function["filename"])).read_bytes()
