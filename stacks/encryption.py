"""Choose the KMS key of what the stack stores, and say who may use a key that the stack creates."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import Postcondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_kms_key import DataAwsKmsKey
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from stacks.alarms import build_alarm_condition
from stacks.config import Config
from stacks.config.rights import CREATE
from stacks.iam import build_document
from stacks.sources.log_services import LOG_SERVICES

DELETION_DAYS = 30
"""The longest time after which KMS deletes a key, and with it all that the key encrypts."""
KEY_REUSE_S = 300
"""How long SQS uses one data key; each new one is a call of KMS."""
USE = ("kms:Decrypt", "kms:GenerateDataKey*")
LOG_USE = ("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*")


def add_data_key(scope: Construct, config: Config, account_id: str) -> str:
    """Return the ARN of the key that encrypts tables, queues, buckets and logs; empty for AWS's own keys."""
    if config.data_key == CREATE:
        return _create_key(scope, config, account_id)
    if config.data_key:
        demand_key(scope, "data_key", config.data_key)
    return config.data_key


def demand_key(scope: Construct, setting: str, arn: str) -> None:
    """Let the plan fail if the key that a setting names does not exist, or is disabled.

    The provider's error for a missing key cannot be chosen, but it names the data source, and that the setting.
    """
    reason = f"{setting} is {arn}, which is disabled: enable it, or name another one."
    enabled = Postcondition(condition="${self.enabled}", error_message=reason)
    lifecycle = TerraformResourceLifecycle(postcondition=[enabled])
    DataAwsKmsKey(scope, f"{setting}_must_exist", key_id=arn, lifecycle=lifecycle)


def build_queue_encryption(kms_key: str) -> dict[str, Any]:
    """Return the arguments of a queue that the KMS key encrypts, or SQS's own if it is empty."""
    if not kms_key:
        return {"sqs_managed_sse_enabled": True}
    return {"kms_master_key_id": kms_key, "kms_data_key_reuse_period_seconds": KEY_REUSE_S}


def _create_key(scope: Construct, config: Config, account_id: str) -> str:
    key = KmsKey(
        scope,
        "data_key",
        description=f"Encrypts what {config.prefix} stores",
        enable_key_rotation=True,
        deletion_window_in_days=DELETION_DAYS,
        policy=build_document(*_build_statements(config, account_id)),
    )
    KmsAlias(scope, "data_key_alias", name=f"alias/{config.prefix}", target_key_id=key.key_id)
    return key.arn


def _build_statements(config: Config, account_id: str) -> list[Mapping[str, Any]]:
    """Return who may use the key: whom the account's policies allow, the function's log, who delivers, and the alarms.

    Without the first statement nobody could ever change the key.
    """
    log_group = f"arn:aws:logs:{config.region}:{account_id}:log-group:{config.log_group_name}"
    own_log = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_group}}
    return [
        _allow("AccountPolicies", {"AWS": f"arn:aws:iam::{account_id}:root"}, ["kms:*"], {}),
        _allow("OwnLog", {"Service": f"logs.{config.region}.amazonaws.com"}, LOG_USE, own_log),
        *_build_deliveries(config, account_id),
        *_build_alarms(config, account_id),
    ]


def _build_deliveries(config: Config, account_id: str) -> list[Mapping[str, Any]]:
    """Return the use of log services, of rules that keep undelivered events, and of those who write from outside.

    EventBridge has no condition: with one on its source, it may not deliver to an encrypted target (Amazon SNS
    Developer Guide, Key management). The queue's policy names the rules.
    """
    services = sorted({LOG_SERVICES[name].find_principal(config.region) for name in config.log_services} - {""})
    rules = {"Service": "events.amazonaws.com"}
    roots = [f"arn:aws:iam::{account}:root" for account in config.writer_accounts]
    on_behalf = {"StringEquals": {"aws:SourceAccount": [account_id, *config.writer_accounts]}}
    members = {"StringEquals": {"aws:PrincipalOrgID": config.organization_id}}
    return [
        *([_allow("Deliveries", {"Service": services}, USE, on_behalf)] if services else []),
        *([_allow("UndeliveredEvents", rules, USE, {})] if config.sources else []),
        *([_allow("WriterAccounts", {"AWS": roots}, USE, {})] if roots else []),
        *([_allow("WriterOrganization", {"AWS": "*"}, USE, members)] if config.organization_id else []),
    ]


def _build_alarms(config: Config, account_id: str) -> list[Mapping[str, Any]]:
    """Return the use of the alarms, which encrypt what they tell the stack's topic."""
    if not config.alarms or config.alarm_topic_arn:
        return []
    from_alarms = build_alarm_condition(config, account_id)
    return [_allow("Alarms", {"Service": "cloudwatch.amazonaws.com"}, USE, from_alarms)]


def _allow(
    sid: str, principal: Mapping[str, Any], actions: Sequence[str], condition: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a statement of the key's policy, in which `*` is the key itself."""
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": "*"}
    return statement | ({"Condition": condition} if condition else {})
