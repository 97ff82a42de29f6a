"""The local AWS deletes nothing that AWS would keep."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


def test_a_bucket_with_old_versions_is_not_empty(aws: LocalAws) -> None:
    """A delete marker hides an object and keeps its versions; the bucket goes after the last of both."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="kept", Key="a", Body=b"one")
    s3.delete_object(Bucket="kept", Key="a")
    assert "Contents" not in s3.list_objects_v2(Bucket="kept")
    listed = s3.list_object_versions(Bucket="kept")
    for version in (*listed["Versions"], *listed["DeleteMarkers"]):
        with pytest.raises(ClientError, match="BucketNotEmpty"):
            s3.delete_bucket(Bucket="kept")
        s3.delete_object(Bucket="kept", Key="a", VersionId=version["VersionId"])
    s3.delete_bucket(Bucket="kept")


def test_a_protected_table_is_kept(aws: LocalAws) -> None:
    """DynamoDB deletes it after its protection is taken away."""
    dynamodb = aws.client("dynamodb")
    key = {"AttributeName": "id", "KeyType": "HASH"}
    dynamodb.create_table(
        TableName="kept",
        KeySchema=[key],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )
    with pytest.raises(ClientError, match="ValidationException"):
        dynamodb.delete_table(TableName="kept")
    dynamodb.update_table(TableName="kept", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="kept")
    assert "kept" not in dynamodb.list_tables()["TableNames"]
