"""Create the ledger table, which accounts for every range."""

from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTableAttribute as Attribute,
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


class LedgerTable(Construct):
    """A table with one row a range; one query reads all ranges of an object."""

    def __init__(self, scope: Construct, id_: str, *, name: str, kms_key: str) -> None:
        super().__init__(scope, id_)
        self.table = DynamodbTable(
            self,
            "table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="object",
            range_key="range",
            attribute=[Attribute(name="object", type="S"), Attribute(name="range", type="S")],
            point_in_time_recovery=Recovery(enabled=True),
            server_side_encryption=Encryption(enabled=True, kms_key_arn=kms_key or None),
            ttl=Ttl(attribute_name="expires_at", enabled=True),
        )
