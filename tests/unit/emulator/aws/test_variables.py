"""Who may not decrypt a function's variables is told of an error in their place, as by Lambda."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from emulator.aws.policies.callers import Caller
from tests.support.roles import allow, create_role, render

pytestmark = pytest.mark.server

FUNCTION = "secretive"
VARIABLES = {"Variables": {"REDACTION_KEY": "k" * 16}}
LOOK = allow(["lambda:Get*", "lambda:List*"], "*")
VIA_LAMBDA = {"StringLike": {"kms:ViaService": "lambda.*.amazonaws.com"}}
VIA_S3 = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    """Run a local AWS with a function whose variables a key encrypts."""
    with LocalAws() as aws:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("app.py", "")
        aws.client("lambda").create_function(
            FunctionName=FUNCTION,
            Runtime="python3.11",
            Role=create_role(aws, FUNCTION),
            Handler="app.handle",
            Code={"ZipFile": code.getvalue()},
            Environment=VARIABLES,
            KMSKeyArn=aws.client("kms").create_key()["KeyMetadata"]["Arn"],
            Publish=True,
        )
        yield aws


def list_environments(aws: LocalAws, caller: Caller | None) -> list[Any]:
    """Return the function's environment as each call that tells of it has it."""
    functions = aws.client("lambda", caller)
    versions = functions.list_versions_by_function(FunctionName=FUNCTION)["Versions"]
    return [
        functions.get_function(FunctionName=FUNCTION)["Configuration"]["Environment"],
        functions.get_function_configuration(FunctionName=FUNCTION)["Environment"],
        *(version["Environment"] for version in versions),
    ]


def make_caller(*statements: dict[str, Any]) -> Caller:
    return Caller(account=ACCOUNT_ID, arn=f"arn:aws:iam::{ACCOUNT_ID}:role/plan", policies=(render(LOOK, *statements),))


def test_who_may_decrypt_them_sees_them(aws: LocalAws) -> None:
    """By Lambda is enough; and the operator, who has no policies, sees them too."""
    decrypts = make_caller(allow(["kms:Decrypt"], "*") | {"Condition": VIA_LAMBDA})
    for caller in (None, decrypts):
        environments = list_environments(aws, caller)
        assert len(environments) > 2
        assert all(one == VARIABLES for one in environments)


@pytest.mark.parametrize("statements", [(), (allow(["kms:Decrypt"], "*") | {"Condition": VIA_S3},)])
def test_who_may_not_is_told_so(aws: LocalAws, statements: tuple[dict[str, Any], ...]) -> None:
    for environment in list_environments(aws, make_caller(*statements)):
        assert environment.keys() == {"Error"}
        assert environment["Error"]["ErrorCode"] == "AccessDeniedException"
        assert "is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:" in environment["Error"]["Message"]
