"""Create the table that holds the records."""

from collections.abc import Sequence

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
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEX, PACK_INDEXED
from log_processor.storing.index_entry import (
    INDEX_KEY,
    INDEXED,
    QUERY_INDEX,
    WHOLE_RECORD_INDEX,
    WHOLE_RECORD_KEY,
)

from stacks.config import Config


class LogTable(Construct):
    """A table of records by `log_id` and `timestamp`, with an index by source and day for queries of a time range.

    The index that earlier versions filled may stand beside it, and one of packs: see `build_indexes`.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, indexes: Sequence[Index], kms_key: str, table_class: str
    ) -> None:
        super().__init__(scope, id_)
        keys = {"log_id": "S", "timestamp": "N"} | {str(index.hash_key): "S" for index in indexes}
        keys |= {str(index.range_key): "N" for index in indexes}
        self.table = DynamodbTable(
            self,
            "table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="log_id",
            range_key="timestamp",
            attribute=[Attribute(name=key, type=kind) for key, kind in keys.items()],
            global_secondary_index=list(indexes) or None,
            point_in_time_recovery=Recovery(enabled=True),
            server_side_encryption=Encryption(enabled=True, kms_key_arn=kms_key or None),
            table_class=table_class,
            ttl=Ttl(attribute_name="expires_at", enabled=True),
        )


def build_indexes(config: Config, *, packed: bool) -> list[Index]:
    """Return the indexes of the log table: of records, and of packs if a route stores them (`packed`) or a setting."""
    records = _build_record_indexes(keeps_old=config.whole_record_index) if config.index_shards else []
    has_packs = packed or config.pack_index or config.storage == "packs"
    return [*records, _build_pack_index()] if has_packs else records


def _build_pack_index() -> Index:
    return Index(
        name=PACK_INDEX,
        hash_key=PACK_DAY,
        range_key=FIRST,
        projection_type="INCLUDE",
        non_key_attributes=list(PACK_INDEXED),
    )


def _build_record_indexes(*, keeps_old: bool) -> list[Index]:
    entries = Index(
        name=QUERY_INDEX,
        hash_key=INDEX_KEY,
        range_key="timestamp",
        projection_type="INCLUDE",
        non_key_attributes=list(INDEXED),
    )
    old = Index(name=WHOLE_RECORD_INDEX, hash_key=WHOLE_RECORD_KEY, range_key="timestamp", projection_type="ALL")
    return [entries, old] if keeps_old else [entries]
