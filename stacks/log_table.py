"""Create the table that holds the records."""

from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTableAttribute as Attribute,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTableGlobalSecondaryIndex as Index,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTablePointInTimeRecovery as Recovery,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTableServerSideEncryption as Encryption,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTableTtl as Ttl,
)
from constructs import Construct

QUERY_INDEX = "by_source_day"


class LogTable(Construct):
    """A table of records by `log_id` and `timestamp`, with an index by source and day for queries of a time range."""

    def __init__(self, scope: Construct, id_: str, *, name: str, indexed: bool, kms_key: str) -> None:
        super().__init__(scope, id_)
        keys = {"log_id": "S", "timestamp": "N"}
        index = Index(name=QUERY_INDEX, hash_key="source_day", range_key="timestamp", projection_type="ALL")
        if indexed:
            keys["source_day"] = "S"
        self.table = DynamodbTable(
            self,
            "table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="log_id",
            range_key="timestamp",
            attribute=[Attribute(name=key, type=kind) for key, kind in keys.items()],
            global_secondary_index=[index] if indexed else None,
            point_in_time_recovery=Recovery(enabled=True),
            server_side_encryption=Encryption(enabled=True, kms_key_arn=kms_key or None),
            ttl=Ttl(attribute_name="expires_at", enabled=True),
        )
