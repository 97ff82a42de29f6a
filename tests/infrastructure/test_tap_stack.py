"""Every part that the original system had stands in the synthesized JSON, and nothing is granted beyond its use."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Synthesized, synthesize

Stack = dict[str, Any]
OUTPUTS = ("S3SourceBucket", "DynamoDBTable", "LambdaFunction", "DLQQueue", "ErrorArchiveBucket")


def get_resources(stack: Stack, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = stack["resource"][kind]
    return found


def get_resource(stack: Stack, kind: str, name: str = "") -> Any:
    """Return the only resource of a kind whose logical id starts with `name`."""
    (found,) = [value for key, value in get_resources(stack, kind).items() if key.startswith(name)]
    return found


def test_the_source_bucket_is_versioned_and_private(tap_stack: Stack) -> None:
    """It is encrypted, has no public access, refuses connections without TLS, and removes old versions."""
    assert (
        get_resource(tap_stack, "aws_s3_bucket_versioning", "source")["versioning_configuration"]["status"] == "Enabled"
    )
    rule = get_resource(tap_stack, "aws_s3_bucket_server_side_encryption_configuration", "source")["rule"][0]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"
    block = get_resource(tap_stack, "aws_s3_bucket_public_access_block", "source")
    assert all(block[name] for name in block if name.startswith(("block", "ignore", "restrict")))
    statement = json.loads(get_resource(tap_stack, "aws_s3_bucket_policy", "source")["policy"])["Statement"][0]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    (old,) = get_resource(tap_stack, "aws_s3_bucket_lifecycle_configuration", "source")["rule"]
    assert old["noncurrent_version_expiration"] == [{"noncurrent_days": 30}]


def test_chains_of_invocations_are_not_cut(tap_stack: Stack) -> None:
    """Lambda would drop the message that starts about the 17th invocation; the function bounds its chains itself."""
    recursion = get_resource(tap_stack, "aws_lambda_function_recursion_config")
    assert recursion["recursive_loop"] == "Allow"
    assert "aws_lambda_function." in recursion["function_name"]


def test_the_notification_names_each_suffix_and_eventbridge(tap_stack: Stack) -> None:
    """One resource holds both, because it replaces every notification of the bucket."""
    notification = get_resource(tap_stack, "aws_s3_bucket_notification")
    assert notification["eventbridge"] is True
    suffixes = {target["filter_suffix"] for target in notification["lambda_function"]}
    assert suffixes == {".log", ".log.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz"}
    assert {tuple(target["events"]) for target in notification["lambda_function"]} == {
        ("s3:ObjectCreated:*", "s3:ObjectRestore:Completed")
    }
    assert notification["depends_on"] == ["aws_lambda_permission.processor_permission_live"]


def test_the_log_table_has_the_original_keys_and_an_index(tap_stack: Stack) -> None:
    """The keys are `log_id` and `timestamp`; it has expiry, recovery and encryption.

    Its index holds the keys and what queries filter by; that of whole records, which earlier versions filled, stands
    beside it, and that of packs, though nothing is packed.
    """
    table = get_resource(tap_stack, "aws_dynamodb_table", "logs")
    assert (table["hash_key"], table["range_key"], table["billing_mode"]) == ("log_id", "timestamp", "PAY_PER_REQUEST")
    kinds = {attribute["name"]: attribute["type"] for attribute in table["attribute"]}
    assert kinds == dict.fromkeys(("log_id", "day_shard", "source_day", "pack_day"), "S") | {
        "timestamp": "N",
        "first": "N",
    }
    index, old, packs = table["global_secondary_index"]
    assert (index["name"], index["hash_key"], index["range_key"]) == ("by_time", "day_shard", "timestamp")
    assert (index["projection_type"], index["non_key_attributes"]) == ("INCLUDE", ["level", "status", "format"])
    assert (old["name"], old["hash_key"], old["projection_type"]) == ("by_source_day", "source_day", "ALL")
    assert (packs["name"], packs["hash_key"], packs["range_key"]) == ("by_pack_day", "pack_day", "first")
    assert table["table_class"] == "STANDARD"
    assert table["ttl"] == {"attribute_name": "expires_at", "enabled": True}
    assert table["point_in_time_recovery"] == {"enabled": True}
    assert table["server_side_encryption"] == {"enabled": True, "kms_key_arn": "${aws_kms_key.data_key.arn}"}


def test_the_ledger_lists_what_was_begun_on_a_day(tap_stack: Stack) -> None:
    """Its index holds at most the 20 attributes that DynamoDB allows beside its keys, and never the plan."""
    table = get_resource(tap_stack, "aws_dynamodb_table", "ledger")
    (index,) = table["global_secondary_index"]
    assert (index["name"], index["hash_key"], index["range_key"]) == ("by_day", "started_day", "started_at")
    assert index["projection_type"] == "INCLUDE"
    assert len(index["non_key_attributes"]) <= 20
    assert {"status", "source", "levels"} <= set(index["non_key_attributes"])
    assert "plan" not in index["non_key_attributes"]


def test_failures_have_a_queue_and_an_archive(tap_stack: Stack) -> None:
    """The queue keeps messages for 14 days; the archive is not versioned and removes objects after 30 days."""
    queue = get_resource(tap_stack, "aws_sqs_queue", "errors")
    assert (queue["visibility_timeout_seconds"], queue["message_retention_seconds"]) == (300, 1_209_600)
    assert not [key for key in get_resources(tap_stack, "aws_s3_bucket_versioning") if key.startswith("errors")]
    (rule,) = get_resource(tap_stack, "aws_s3_bucket_lifecycle_configuration", "errors")["rule"]
    assert (rule["id"], rule["status"], rule["expiration"]) == ("DeleteOldErrorLogs", "Enabled", [{"days": 30}])
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 1}]


def test_the_function_has_the_original_size_and_environment(tap_stack: Stack) -> None:
    """It has 60 s, 256 MB, a dead-letter queue and the names of its table and bucket; its code is an asset."""
    function = get_resource(tap_stack, "aws_lambda_function")
    assert (function["timeout"], function["memory_size"]) == (60, 256)
    assert function["dead_letter_config"]["target_arn"].startswith("${aws_sqs_queue.errors_dead_letter_queue")
    assert {"DYNAMODB_TABLE", "ERROR_BUCKET"} <= function["environment"]["variables"].keys()
    assert function["filename"].startswith("assets/")
    levels = {"application_log_level": "INFO", "system_log_level": "INFO"}
    assert function["logging_config"] == {"log_format": "JSON", **levels}
    retries = get_resource(tap_stack, "aws_lambda_function_event_invoke_config")
    assert retries["maximum_retry_attempts"] == 2


def test_the_work_queue_feeds_the_function_and_redrives(tap_stack: Stack) -> None:
    """A received message is invisible for six timeouts, and only failed messages of a batch return."""
    queue = get_resource(tap_stack, "aws_sqs_queue", "work")
    assert queue["visibility_timeout_seconds"] == 6 * 60
    assert json.loads(queue["redrive_policy"])["maxReceiveCount"] == 5
    letters = get_resource(tap_stack, "aws_sqs_queue", "errors")
    assert queue["message_retention_seconds"] == letters["message_retention_seconds"] / 2
    assert queue["max_message_size"] == letters["max_message_size"] == 262_144
    mapping = get_resource(tap_stack, "aws_lambda_event_source_mapping")
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
    assert mapping["scaling_config"] == {"maximum_concurrency": 5}


GRANTS = {
    "ReadSource": (["s3:GetObject", "s3:GetObjectVersion"], "aws_s3_bucket.source_", "/*"),
    "TellMissingFromDenied": (["s3:ListBucket"], "aws_s3_bucket.source_", ""),
    "WriteRecords": (["dynamodb:BatchWriteItem"], "aws_dynamodb_table.logs_", ""),
    "FindReplaced": (["dynamodb:Query"], "aws_dynamodb_table.logs_", ""),
    "KeepLedger": (
        [f"dynamodb:{action}" for action in ("UpdateItem", "Query", "GetItem", "PutItem", "DeleteItem")],
        "aws_dynamodb_table.ledger_",
        "",
    ),
    "ArchiveFailures": (["s3:PutObject", "s3:AbortMultipartUpload"], "aws_s3_bucket.errors_", "/*"),
    "ShareWork": (
        [
            "sqs:SendMessage",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ],
        "aws_sqs_queue.work_",
        "",
    ),
    "BuryMessages": (["sqs:SendMessage"], "aws_sqs_queue.errors_", ""),
    "UseDataKey": (["kms:Decrypt", "kms:GenerateDataKey"], "aws_kms_key.data_key", ""),
    "WriteOwnLog": (["logs:CreateLogStream", "logs:PutLogEvents"], "aws_cloudwatch_log_group.processor_", ":*"),
}


def test_the_role_may_do_exactly_this(tap_stack: Stack) -> None:
    """Each action is allowed on its own resource, without managed policies and wildcards."""
    statements = json.loads(get_resource(tap_stack, "aws_iam_role_policy")["policy"])["Statement"]
    assert {statement["Sid"] for statement in statements} == GRANTS.keys()
    for statement in statements:
        actions, resource, tail = GRANTS[statement["Sid"]]
        assert statement["Effect"] == "Allow"
        assert statement["Action"] == actions
        (granted,) = statement["Resource"]
        assert granted.startswith("${" + resource)
        assert granted.partition("}")[2] == tail
    assert "aws_iam_role_policy_attachment" not in tap_stack["resource"]
    assert "managed_policy_arns" not in get_resource(tap_stack, "aws_iam_role")


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_keep_their_names(tap_stack: Stack, name: str) -> None:
    """Dashboards and scripts find the same names as ever, and the ARNs beside them."""
    plain = {"DynamoDBTable": "DynamoDBTableName", "LambdaFunction": "LambdaFunctionName", "DLQQueue": "DLQQueueURL"}
    assert plain.get(name, name) in tap_stack["output"]
    assert tap_stack["output"][f"{name}Arn"]["value"].endswith(".arn}")


TAGGED = frozenset(
    {
        "aws_cloudwatch_log_group",
        "aws_dynamodb_table",
        "aws_iam_role",
        "aws_kms_key",
        "aws_lambda_event_source_mapping",
        "aws_lambda_function",
        "aws_s3_bucket",
        "aws_sqs_queue",
    }
)


def test_every_resource_has_the_tags(tap_stack: Stack) -> None:
    """The provider adds Environment; Repository and Author are ignored after the creation, except the function's."""
    (provider,) = tap_stack["provider"]["aws"]
    assert provider["default_tags"] == [{"tags": {"Environment": "dev"}}]
    found = {kind: resources.values() for kind, resources in tap_stack["resource"].items()}
    assert {kind for kind, resources in found.items() if any("tags" in one for one in resources)} >= TAGGED
    for kind in TAGGED:
        for resource in found[kind]:
            assert resource["tags"] == {"Repository": "team/logs", "Author": "ann"}
            ignored = resource.get("lifecycle", {}).get("ignore_changes", [])
            assert ignored == ([] if kind == "aws_lambda_function" else ['tags["Author"]', 'tags["Repository"]'])


def test_free_tags_are_on_every_resource(tmp_path: Path) -> None:
    """They are the provider's, so that a change of one is a change of all, which it is meant to be."""
    chosen = {"CDKTF_CONTEXT_JSON": json.dumps({"tags": ["CostCenter=42", "Note=a=b"]})}
    (provider,) = synthesize(tmp_path, chosen).stack("TapStackdev")["provider"]["aws"]
    assert provider["default_tags"] == [{"tags": {"CostCenter": "42", "Note": "a=b", "Environment": "dev"}}]


def test_every_trigger_starts_the_alias(tap_stack: Stack) -> None:
    """A version goes live, or back, by one change: that of the alias."""
    live = "${aws_lambda_alias.processor_alias.arn}"
    notified = get_resource(tap_stack, "aws_s3_bucket_notification")["lambda_function"]
    assert {target["lambda_function_arn"] for target in notified} == {live}
    assert get_resource(tap_stack, "aws_lambda_event_source_mapping")["function_name"] == live
    name = "${aws_lambda_alias.processor_alias.name}"
    assert get_resource(tap_stack, "aws_lambda_permission", "processor_permission_live")["qualifier"] == name
    assert get_resource(tap_stack, "aws_lambda_function_event_invoke_config")["qualifier"] == name
    assert get_resource(tap_stack, "aws_lambda_alias")["function_version"].endswith(".version}")
    assert get_resource(tap_stack, "aws_lambda_function")["publish"] is True


def test_a_layer_goes_after_its_successor_serves(tap_stack: Stack) -> None:
    """Nothing else is created first: it would force that on all that it depends on, whose names exist only once."""
    created_first = {
        kind
        for kind, resources in tap_stack["resource"].items()
        if any("create_before_destroy" in one.get("lifecycle", {}) for one in resources.values())
    }
    assert created_first == {"aws_lambda_layer_version"}


def test_a_version_that_is_named_serves(tmp_path: Path) -> None:
    """Terraform refuses one that is not published, with a sentence, before it changes the alias."""
    chosen = {"CDKTF_CONTEXT_JSON": json.dumps({"function_version": 7})}
    alias = get_resource(synthesize(tmp_path, chosen).stack("TapStackdev"), "aws_lambda_alias")
    assert alias["function_version"] == "7"
    (condition,) = alias["lifecycle"]["precondition"]
    assert condition["condition"] == "${7 <= try(tonumber(aws_lambda_function.processor_function.version), 0)}"
    assert "function_version is 7" in condition["error_message"]


def test_the_state_lives_in_a_locked_encrypted_bucket(tap_stack: Stack) -> None:
    """The S3 backend is the default; its lock is a file beside the state."""
    backend = tap_stack["terraform"]["backend"]["s3"]
    assert (backend["encrypt"], backend["use_lockfile"]) == (True, True)
    assert backend["key"] == "tap-serverless/TapStackdev.tfstate"


@pytest.mark.parametrize("stack_id", ["TapStackdev", "StateBackend"])
def test_a_terraform_without_the_lock_file_is_refused(synthesized: Synthesized, stack_id: str) -> None:
    """The S3 backend locks with a file since 1.10; older ones would not lock at all."""
    assert synthesized.stack(stack_id)["terraform"]["required_version"] == ">= 1.10"
