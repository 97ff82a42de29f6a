"""Read what operators ask of AWS Lambda, CloudWatch, EventBridge, and of several tables at once, as policies name it.

Source: Service Authorization Reference, actions of AWS Lambda, Amazon CloudWatch, Amazon EventBridge, Amazon DynamoDB.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.dynamodb.exceptions import ResourceNotFoundException
from moto.dynamodb.models import dynamodb_backends

from emulator.aws.edge import Environ, read_body

FUNCTION = re.compile(r"/2015-03-31/functions/(?P<name>[^/]+)(?:/(?P<part>[a-z]+)(?:/(?P<qualifier>[^/]+))?)?$")
LAMBDA_ACTIONS = {
    ("GET", None): "GetFunction",
    ("GET", "configuration"): "GetFunctionConfiguration",
    ("GET", "versions"): "ListVersionsByFunction",
    ("GET", "aliases"): "GetAlias",
    ("PUT", "aliases"): "UpdateAlias",
}
DEFAULT_BUS = "default"
TRANSACTION = "TransactWriteItems"
Names = tuple[str, str]
"""An action, and the rest of the ARN of what it is done to."""


def name_operator_call(environ: Environ, service: str, target: str) -> Names:
    """Return what a request to a service needs, on which of its resources; `service:Unknown` on `*` if unknown."""
    match service:
        case "lambda":
            return _name_lambda_call(environ)
        case "monitoring":
            return _name_alarm_action(environ, target), "*"
        case "events":
            return f"events:{target}", _name_rule(json.loads(read_body(environ) or b"{}"))
    return f"{service}:{target or 'Unknown'}", "*"


def _name_lambda_call(environ: Environ) -> Names:
    """Return what a request to a function needs; one for an alias or a version needs it of that."""
    match = FUNCTION.match(unquote(str(environ["PATH_INFO"])))
    action = LAMBDA_ACTIONS.get((str(environ["REQUEST_METHOD"]), match["part"])) if match else None
    if match is None or action is None:
        return "lambda:Unknown", "*"
    qualifier = parse_qs(str(environ.get("QUERY_STRING", ""))).get("Qualifier", [""])[0]
    name = match["name"].rpartition(":")[2]
    return f"lambda:{action}", f"function:{name}{f':{qualifier}' if qualifier else ''}"


def _name_alarm_action(environ: Environ, target: str) -> str:
    """Return the action of a request to CloudWatch, by its header or by its form."""
    action = target or parse_qs(read_body(environ).decode("utf-8", "replace")).get("Action", ["Unknown"])[0]
    return f"cloudwatch:{action}"


def _name_rule(body: Mapping[str, Any]) -> str:
    """Return the rule that a request to EventBridge is about."""
    bus = str(body.get("EventBusName", DEFAULT_BUS))
    return f"rule/{'' if bus == DEFAULT_BUS else f'{bus}/'}{body.get('Name', '*')}"


def list_changes(body: Mapping[str, Any]) -> Iterator[Names]:
    """Yield what the items of a transaction need: a put `PutItem` on its table, and so on."""
    for change in body.get("TransactItems", ()):
        for kind, one in change.items():
            yield f"dynamodb:{kind}Item", f"table/{one['TableName']}"


def read_leading_keys(body: Mapping[str, Any], account_id: str, region: str) -> tuple[str, ...]:
    """Return the partition keys of the items that a request names; none if it names none."""
    item = body.get("Item") or body.get("Key")
    if not item:
        return ()
    try:
        table = dynamodb_backends[account_id][region].get_table(str(body["TableName"]))
    except ResourceNotFoundException:
        return ()
    return tuple(str(value) for value in item.get(table.hash_key_attr, {}).values())
