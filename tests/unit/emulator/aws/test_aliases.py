"""An alias of the local AWS has its own policy and settings, and what names it follows it to another version."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws
from tests.support.roles import POLLING, allow, create_role

pytestmark = pytest.mark.server

HANDLER = """
import os
import number

def handle(event, context):
    if "boom" in str(event):
        raise ValueError("boom")
    return [os.environ["AWS_LAMBDA_FUNCTION_VERSION"], "{}", number.NUMBER, context.invoked_function_arn]
"""
IDLE_S = 30


def zip_files(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return content.getvalue()


def zip_layer(number: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("python/number.py", f"NUMBER = {number}")
    return content.getvalue()


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    """Start a local AWS with two versions of a function, each with a layer of its own, and the alias for the first."""
    with LocalAws(retry_pause_scale=0.0001) as running:
        role = create_role(running, "aliased", allow(POLLING, "arn:aws:sqs:*:*:work"))
        functions = running.client("lambda")
        for number in (1, 2):
            code, layer = zip_files(app=HANDLER.format(number)), publish_layer(functions, number)
            if number == 1:
                functions.create_function(
                    FunctionName="aliased",
                    Runtime="python3.11",
                    Role=role,
                    Handler="app.handle",
                    Code={"ZipFile": code},
                    Layers=[layer],
                )
            else:
                functions.update_function_configuration(FunctionName="aliased", Layers=[layer])
                functions.update_function_code(FunctionName="aliased", ZipFile=code)
            functions.publish_version(FunctionName="aliased")
        functions.create_alias(FunctionName="aliased", Name="live", FunctionVersion="1")
        yield running


def publish_layer(functions: Any, number: int) -> str:
    layer = functions.publish_layer_version(LayerName="numbers", Content={"ZipFile": zip_layer(number)})
    return str(layer["LayerVersionArn"])


def invoke(aws: LocalAws, name: str) -> Any:
    return json.loads(aws.client("lambda").invoke(FunctionName=name, Payload=b"{}")["Payload"].read())


def test_an_alias_runs_the_version_that_it_names(aws: LocalAws) -> None:
    """Its code and its layer are those that were published, even if the layer is deleted since."""
    functions = aws.client("lambda")
    functions.delete_layer_version(LayerName="numbers", VersionNumber=1)
    assert invoke(aws, "aliased:live")[:3] == ["1", "1", 1]
    assert invoke(aws, "aliased")[:3] == ["$LATEST", "2", 2]
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="2")
    assert invoke(aws, "aliased:live")[:3] == ["2", "2", 2]
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="1")
    assert invoke(aws, "aliased:live")[:3] == ["1", "1", 1]


def test_an_alias_has_a_policy_of_its_own(aws: LocalAws) -> None:
    """The statement is neither the function's nor the version's, and is removed from the alias alone."""
    functions = aws.client("lambda")
    for qualifier in ({}, {"Qualifier": "live"}):
        functions.add_permission(
            FunctionName="aliased",
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            **qualifier,
        )
    functions.remove_permission(FunctionName="aliased", StatementId="s3")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        functions.get_policy(FunctionName="aliased")
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="2")
    (statement,) = json.loads(functions.get_policy(FunctionName="aliased", Qualifier="live")["Policy"])["Statement"]
    assert statement["Resource"].endswith(":function:aliased:live")
    functions.remove_permission(FunctionName="aliased", StatementId="s3", Qualifier="live")
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="1")


def test_a_mapping_follows_its_alias(aws: LocalAws) -> None:
    """It keeps the alias's name, and its messages go to the version that the alias names by then."""
    functions, sqs = aws.client("lambda"), aws.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="aliased")
    live = functions.get_alias(FunctionName="aliased", Name="live")["AliasArn"]
    changed = functions.update_event_source_mapping(UUID=mapping["UUID"], FunctionName=live)
    assert changed["FunctionArn"] == live
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="2")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert aws.wait_until_idle(IDLE_S)
    assert aws.invocations[-1].trigger == "sqs"
    assert aws.invocations[-1].version == "2"
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="1")


def test_a_retry_follows_its_alias(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that failed is tried again by the version that the alias names after a deploy in between."""
    functions, run = aws.client("lambda"), aws._events._invoke
    functions.put_function_event_invoke_config(FunctionName="aliased", Qualifier="live", MaximumRetryAttempts=1)

    def run_and_deploy(*arguments: Any) -> Any:
        result = run(*arguments)
        functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="2")
        return result

    monkeypatch.setattr(aws._events, "_invoke", run_and_deploy)
    aws.invoke_async("aliased:live", {"boom": 1})
    assert aws.wait_until_idle(IDLE_S)
    assert [one.version for one in aws.invocations[-2:]] == ["1", "2"]
    functions.update_alias(FunctionName="aliased", Name="live", FunctionVersion="1")


def test_an_alias_has_its_own_retries(aws: LocalAws) -> None:
    """Events to the alias are tried as often as its settings say, those to the function as often as the default."""
    functions = aws.client("lambda")
    functions.put_function_event_invoke_config(FunctionName="aliased", Qualifier="live", MaximumRetryAttempts=0)
    for name, attempts in (("aliased:live", 1), ("aliased", 3)):
        before = len(aws.invocations)
        aws.invoke_async(name, {"boom": 1})
        assert aws.wait_until_idle(IDLE_S)
        assert len(aws.invocations) - before == attempts


def test_a_queue_keeps_its_policy(aws: LocalAws) -> None:
    """Setting another attribute does not remove it, which Terraform would take for a change."""
    sqs = aws.client("sqs")
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    url = sqs.create_queue(QueueName="kept", Attributes={"Policy": policy})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (json.loads(attributes["Policy"])["Statement"], attributes["VisibilityTimeout"]) == ([allowed], "7")
