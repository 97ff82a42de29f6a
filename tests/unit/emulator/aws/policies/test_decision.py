"""The local AWS allows and denies what AWS's documentation says."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.policies.callers import ANONYMOUS, AccessRequest, Caller
from emulator.aws.policies.decision import is_allowed

EXAMPLES = tomllib.loads(Path(__file__).with_name("examples.toml").read_text("utf-8"))["example"]
REQUESTS = [
    pytest.param(example, request, id=f"{example['page'].rpartition(': ')[2][:40]}-{number}-{position}")
    for number, example in enumerate(EXAMPLES)
    for position, request in enumerate(example["request"])
]
OWNER, ANOTHER, THIRD = "111111111111", "222222222222", "333333333333"
ACCOUNTS = {"the owner": OWNER, "another account": ANOTHER, "a third account": THIRD}
ALL = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})


def read_caller(words: str) -> Caller:
    """Return the caller of words like `session monday of role auditor of the owner that may do all`."""
    if words == "anonymous":
        return ANONYMOUS
    if service := words.removeprefix("service ") if words.startswith("service ") else "":
        return Caller(service=service)
    named, _, rights = words.partition(" that may do ")
    *name, where = named.split(" of ")
    account = ACCOUNTS[where]
    role = name[-1].removeprefix("role ")
    arn = f"arn:aws:iam::{account}:{'root' if role == 'root' else f'role/{role}'}"
    session = f"arn:aws:sts::{account}:assumed-role/{role}/{name[0].removeprefix('session ')}" if name[1:] else ""
    return Caller(account=account, arn=arn, session=session, policies=(ALL,) if rights else ())


def test_there_are_enough_examples() -> None:
    """Both of what is allowed and of what is denied, each with its page."""
    allowed = [request["allowed"] for example in EXAMPLES for request in example["request"]]
    assert min(allowed.count(True), allowed.count(False)) >= 30
    assert all(example["page"] and example["says"] for example in EXAMPLES)


@pytest.mark.parametrize(("example", "request_"), REQUESTS)
def test_an_example_is_decided_as_is_documented(example: dict[str, Any], request_: dict[str, Any]) -> None:
    """The policy stands on the bucket, and the caller asks for one thing."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": json.loads(example["policy"])})
    keys = {
        name: tuple(value) if isinstance(value, list) else value for name, value in request_.get("keys", {}).items()
    }
    action = request_.get("action", "s3:PutObject")
    resource = request_.get("resource", "arn:aws:s3:::logs/a/b.log")
    asked = AccessRequest(read_caller(request_["caller"]), action, resource, OWNER, keys)
    assert is_allowed(asked, policy) == request_["allowed"], f"{example['page']}: {example['says']}"


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"Resource": "arn:aws:s3:::logs/${aws:username}/*"}, "does not know policy variables"),
        ({"Resource": "*", "Condition": {"BinaryEquals": {"key": "Q=="}}}, "condition operator BinaryEquals"),
    ],
)
def test_what_is_not_known_is_refused(policy: dict[str, Any], sentence: str) -> None:
    """A decision that the local AWS cannot take is no silent yes or no."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", **policy}
    asked = AccessRequest(ANONYMOUS, "s3:PutObject", "arn:aws:s3:::logs/a", OWNER, {"key": "Q=="})
    with pytest.raises(LookupError, match=sentence):
        is_allowed(asked, json.dumps({"Statement": statement}))
