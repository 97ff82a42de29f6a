"""Fix what moto 5.2.5 does with KMS keys that are named after a resource was created: it forgets them."""

import json
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.dynamodb.responses import DynamoHandler
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


def fix_keys() -> None:
    """Let log groups, tables and functions take another key, or none, as AWS does."""
    for method in (associate_kms_key, disassociate_kms_key):
        setattr(LogsResponse, method.__name__, method)
    for owner, name, wrap in (
        (DynamoHandler, "update_table", _keep_table_key),
        (LambdaFunction, "update_configuration", _keep_function_key),
    ):
        setattr(owner, name, wrap(vars(owner)[name]))


def associate_kms_key(self: Any) -> str:
    """Encrypt a log group by a key."""
    _find_group(self).kms_key_id = json.loads(self.body)["kmsKeyId"]
    return ""


def disassociate_kms_key(self: Any) -> str:
    """Encrypt a log group by the key of CloudWatch Logs itself."""
    _find_group(self).kms_key_id = None
    return ""


def _find_group(response: Any) -> Any:
    name = json.loads(response.body)["logGroupName"]
    if name not in response.logs_backend.groups:
        raise ResourceNotFoundException
    return response.logs_backend.groups[name]


def _keep_table_key(moto_update: Any) -> Any:
    def update(self: Any) -> Any:
        if chosen := self.body.get("SSESpecification"):
            self.dynamodb_backend.get_table(self.body["TableName"]).sse_specification = chosen
        return moto_update(self)

    return update


def _keep_function_key(moto_update: Any) -> Any:
    def update(self: Any, changes: dict[str, Any]) -> Any:
        self.kms_key_arn = changes.get("KMSKeyArn", self.kms_key_arn)
        return moto_update(self, changes)

    return update
