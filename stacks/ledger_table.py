"""Create the ledger table, which accounts for every range."""

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
from log_processor.storing.ledger_row import DAY_INDEX, DAY_INDEXED, DAY_KEY


class LedgerTable(Construct):
    """A table with one row a range; one query reads all ranges of an object.

    Its index lists the ranges that were begun on a day, from their first write on; rows of earlier versions have no
    day, and are not in it.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, kms_key: str) -> None:
        super().__init__(scope, id_)
        self.table = DynamodbTable(
            self,
            "table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="object",
            range_key="range",
            attribute=[Attribute(name=key, type="S") for key in ("object", "range", DAY_KEY, "started_at")],
            global_secondary_index=[
                Index(
                    name=DAY_INDEX,
                    hash_key=DAY_KEY,
                    range_key="started_at",
                    projection_type="INCLUDE",
                    non_key_attributes=list(DAY_INDEXED),
                )
            ],
            point_in_time_recovery=Recovery(enabled=True),
            server_side_encryption=Encryption(enabled=True, kms_key_arn=kms_key or None),
            ttl=Ttl(attribute_name="expires_at", enabled=True),
        )
