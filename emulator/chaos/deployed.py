"""The stacks applied to a local AWS, with limits so small that every way of handing work on is used."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.aws.local_aws import LocalAws
from emulator.chaos.layer import FaultLayer
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Terraform, synthesize
from emulator.deploy.terraform import cli_environment
from toolchain.terraform import find_terraform

KIB = 1024
SETTINGS = {
    "environmentSuffix": "chaos",
    "force_destroy": True,
    "function_timeout_s": 3,
    "split_threshold_bytes": 128 * KIB,
    "range_bytes": 96 * KIB,
}
CONFIGURING = {"CDKTF_CONTEXT_JSON": json.dumps(SETTINGS), "STACK_NAME_SUFFIX": "chaos", "STATE_BACKEND": "local"}


@dataclass(frozen=True, slots=True)
class Deployed:
    """The running pipeline, its main stack's names, the function's zip, and the layer where its services fail.

    Of the stack's outputs, `outputs` has the names and addresses, which are known before Terraform has ended.
    """

    aws: LocalAws
    outputs: Mapping[str, Any]
    code: bytes
    layer: FaultLayer


@contextmanager
def deployed(build_dir: Path, steps: Steps) -> Iterator[Deployed]:
    """Synthesize and apply the main stack; everything that was started has ended when the context is left."""
    build_dir.mkdir(parents=True, exist_ok=True)
    with steps.step("Synthesize the stacks"):
        stacks = synthesize(build_dir, CONFIGURING)
    layer = FaultLayer()
    with LocalAws(log_dir=build_dir / "function-logs", layers=[layer]) as aws:
        env = os.environ | cli_environment(build_dir) | aws.environment()
        terraform = Terraform(find_terraform(), env, stacks.log)
        with terraform.begin(stacks.main, steps) as apply:
            yield Deployed(aws, apply.usable(), _code(stacks.main), layer)
            apply.finished()


def _code(stack: Path) -> bytes:
    resources = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    function = next(iter(resources["aws_lambda_function"].values()))
    return (stack / str(function["filename"])).read_bytes()
