"""A table, a log group and a function of the local AWS take a key after they were created."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from emulator.aws.local_aws import LocalAws
from tests.support.roles import create_role

pytestmark = pytest.mark.server

KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


def test_a_table_takes_a_key(aws: LocalAws) -> None:
    """Terraform asks for it again otherwise."""
    tables = aws.client("dynamodb")
    tables.create_table(
        TableName="keyed",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
    )
    chosen = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
    tables.update_table(TableName="keyed", SSESpecification=chosen)
    assert tables.describe_table(TableName="keyed")["Table"]["SSEDescription"]["KMSMasterKeyArn"] == KEY


def test_a_log_group_takes_a_key_and_gives_it_up(aws: LocalAws) -> None:
    """Both are calls of their own."""
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="keyed")
    logs.associate_kms_key(logGroupName="keyed", kmsKeyId=KEY)
    (group,) = logs.describe_log_groups(logGroupNamePrefix="keyed")["logGroups"]
    assert group["kmsKeyId"] == KEY
    logs.disassociate_kms_key(logGroupName="keyed")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="keyed")["logGroups"]
    assert "kmsKeyId" not in group


def test_a_function_takes_a_key(aws: LocalAws) -> None:
    """It encrypts the function's variables."""
    role = create_role(aws, "keyed")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", "")
    functions = aws.client("lambda")
    code = {"ZipFile": content.getvalue()}
    functions.create_function(FunctionName="keyed", Runtime="python3.11", Role=role, Handler="app.handle", Code=code)
    functions.update_function_configuration(FunctionName="keyed", KMSKeyArn=KEY)
    assert functions.get_function_configuration(FunctionName="keyed")["KMSKeyArn"] == KEY
