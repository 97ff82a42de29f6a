"""What operators ask is named as policies name it."""

import io
import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from emulator.aws.requests import ApiCall, read_api_calls, read_item_keys, read_query_keys

ACCOUNT, REGION = "123456789012", "us-east-1"


def make_request(path: str = "/", method: str = "POST", query: str = "", target: str = "", body: Any = "") -> Any:
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_X_AMZ_TARGET": target,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content),
    }


FUNCTION = "/2015-03-31/functions/processor"
CASES = [
    ("lambda", make_request(f"{FUNCTION}/aliases/live", "GET"), "lambda:GetAlias", "function:processor"),
    ("lambda", make_request(f"{FUNCTION}/aliases/live", "PUT"), "lambda:UpdateAlias", "function:processor"),
    ("lambda", make_request(f"{FUNCTION}/versions", "GET"), "lambda:ListVersionsByFunction", "function:processor"),
    (
        "lambda",
        make_request(f"{FUNCTION}/configuration", "GET", "Qualifier=live"),
        "lambda:GetFunctionConfiguration",
        "function:processor:live",
    ),
    ("lambda", make_request(FUNCTION, "GET", "Qualifier=3"), "lambda:GetFunction", "function:processor:3"),
    ("lambda", make_request(FUNCTION, "DELETE"), "lambda:Unknown", "*"),
    ("monitoring", make_request(body="Action=DescribeAlarms&Version=1"), "cloudwatch:DescribeAlarms", "*"),
    ("monitoring", make_request(target="Granite.DescribeAlarms"), "cloudwatch:DescribeAlarms", "*"),
    ("events", make_request(target="AWSEvents.DescribeRule", body={"Name": "a"}), "events:DescribeRule", "rule/a"),
    (
        "events",
        make_request(target="AWSEvents.DescribeRule", body={"Name": "a", "EventBusName": "b"}),
        "events:DescribeRule",
        "rule/b/a",
    ),
    ("sqs", make_request(target="AmazonSQS.GetQueueUrl", body={"QueueName": "work"}), "sqs:GetQueueUrl", "work"),
]


@pytest.mark.parametrize(("service", "request_", "action", "resource"), CASES)
def test_a_request_needs_an_action_on_a_resource(service: str, request_: Any, action: str, resource: str) -> None:
    """A request of a kind that no operator makes needs one that no policy grants."""
    (call,) = read_api_calls(request_, service, ACCOUNT, REGION)
    arn = resource if resource == "*" else f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"
    assert call == ApiCall(action, arn)


def test_a_transaction_needs_what_its_changes_need() -> None:
    """Each on its own table; a check has an action of its own."""
    changes = [
        {"Put": {"TableName": "logs"}},
        {"Delete": {"TableName": "logs"}},
        {"Update": {"TableName": "ledger"}},
        {"ConditionCheck": {"TableName": "ledger"}},
    ]
    environ = make_request(target="DynamoDB_20120810.TransactWriteItems", body={"TransactItems": changes})
    calls = [(call.action, call.resource.rpartition("/")[2]) for call in read_api_calls(environ, "dynamodb", "1", "r")]
    assert calls == [
        ("dynamodb:PutItem", "logs"),
        ("dynamodb:DeleteItem", "logs"),
        ("dynamodb:UpdateItem", "ledger"),
        ("dynamodb:ConditionCheckItem", "ledger"),
    ]


@mock_aws
def test_an_item_has_its_partition_key_as_a_condition() -> None:
    """So that a policy can let some rows of a table be written, and no others."""
    boto3.client("dynamodb", REGION).create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "object", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "object", "AttributeType": "S"}],
    )
    body = {"TableName": "ledger", "Item": {"object": {"S": "act#2026-05"}, "who": {"S": "ann"}}}
    environ = make_request(target="DynamoDB_20120810.PutItem", body=body)
    assert read_item_keys(environ, ACCOUNT, REGION) == {"dynamodb:LeadingKeys": ("act#2026-05",)}
    other = make_request(target="DynamoDB_20120810.PutItem", body=body | {"TableName": "none"})
    assert read_item_keys(other, ACCOUNT, REGION) == {"dynamodb:LeadingKeys": ()}
    assert read_item_keys(make_request(target="DynamoDB_20120810.Query"), ACCOUNT, REGION) == {}


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({}, {"dynamodb:Select": "ALL_ATTRIBUTES"}),
        ({"Select": "COUNT"}, {"dynamodb:Select": "COUNT"}),
        ({"ProjectionExpression": "a, #b"}, {"dynamodb:Attributes": ("a", "b")}),
        (
            {"ProjectionExpression": "a, #b", "Select": "SPECIFIC_ATTRIBUTES"},
            {"dynamodb:Attributes": ("a", "b"), "dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        ),
    ],
    ids=["all", "count", "projection", "projection and Select"],
)
def test_a_query_has_what_it_reads_as_conditions(asked: dict[str, str], keys: dict[str, Any]) -> None:
    """A projection alone makes no key of `Select`, which is a parameter of its own."""
    body = {"TableName": "logs", "ExpressionAttributeNames": {"#b": "b"}} | asked
    assert read_query_keys(make_request(target="DynamoDB_20120810.Query", body=body)) == keys
