"""A role takes no policy that IAM would refuse for its length or a character."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws
from tests.support.roles import allow, create_role, render

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as aws:
        create_role(aws, "narrow")
        yield aws


def put(aws: LocalAws, document: str) -> None:
    aws.client("iam").put_role_policy(RoleName="narrow", PolicyName="own", PolicyDocument=document)


def test_a_policy_of_usual_characters_is_taken(aws: LocalAws) -> None:
    """Blanks do not count towards its length."""
    put(aws, render(allow(["s3:GetObject"], "arn:aws:s3:::b/é*")).replace("{", "{" + " " * 10_240, 1))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/日本/*"}]}', "Validation"),
        (render(allow(["s3:GetObject"], f"arn:aws:s3:::b/{'x' * 10_240}*")), "LimitExceeded"),
    ],
    ids=["character", "length"],
)
def test_another_one_is_refused(aws: LocalAws, document: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        put(aws, document)
    assert refused.value.response["Error"]["Code"].startswith(code)
