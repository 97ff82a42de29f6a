"""Fix what moto 5.2.5 does with aliases: it takes what belongs to an alias for the function's own.

Source: AWS Lambda Developer Guide, Create an alias for a Lambda function; Deleting a layer version.
"""

import re
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, LambdaBackend, LambdaFunction, lambda_backends
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import ActionResult

FUNCTION_IN_PATH = re.compile(r"/functions/([^/]+)")
MAPPED = ("create_event_source_mapping", "update_event_source_mapping")
LAYERS_OF = "_get_layers_data"


def fix_aliases() -> None:
    """Let an alias have a policy and settings of asynchronous invocations of its own, and mappings that name it."""
    fixes: dict[type, tuple[Any, ...]] = {
        LambdaBackend: (add_permission, get_policy),
        LambdaResponse: (
            remove_permission,
            put_function_event_invoke_config,
            get_function_event_invoke_config,
            delete_function_event_invoke_config,
        ),
    }
    for owner, methods in fixes.items():
        for method in methods:
            setattr(owner, method.__name__, method)
    for name in MAPPED:
        setattr(LambdaBackend, name, _keep_target(vars(LambdaBackend)[name]))


def fix_layers() -> None:
    """Keep the layers of a version with it, even after they are deleted, as Lambda does."""
    moto_read = vars(LambdaFunction)[LAYERS_OF]

    def keep(self: Any, arns: list[str]) -> Any:
        layers = moto_read(self, arns)
        backend: Any = lambda_backends[self.account_id][self.region]
        self.layer_zips = tuple(backend.layers_versions_by_arn(layer["Arn"]).code_bytes for layer in layers)
        return layers

    setattr(LambdaFunction, LAYERS_OF, keep)


def find_target(backend: Any, name_or_arn: str, qualifier: str | None = None) -> Any:
    """Return the alias that a name with a qualifier means, else the function or its version.

    Both have a `policy` and a list `event_invoke_config`.
    """
    function = backend.get_function(name_or_arn, qualifier)
    asked = qualifier or name_or_arn.rpartition(":function:")[2].partition(":")[2]
    alias = next((alias for alias in backend.list_aliases(function.function_name) if alias.name == asked), None)
    if alias is None:
        return function
    if not hasattr(alias, "policy"):
        alias.function_arn, alias.event_invoke_config = alias.arn, []
        alias.policy = Policy(alias)
    return alias


def add_permission(self: Any, function_name: str, qualifier: str | None, raw: str) -> Any:
    """Add a statement to the policy of an alias, or of the function."""
    return find_target(self, function_name, qualifier).policy.add_statement(raw)[0]


def get_policy(self: Any, function_name: str, qualifier: str | None = None) -> Any:
    """Return the policy of an alias, or of the function."""
    return find_target(self, function_name, qualifier).policy.wire_format()


def remove_permission(self: Any) -> Any:
    """Remove a statement from the policy of an alias, or of the function."""
    statement = unquote(self.path.split("/")[-1].split("?")[0])
    _find_asked(self).policy.del_statement(statement, self.querystring.get("RevisionId", [""])[0])
    return 204, {"status": 204}, "{}"


def put_function_event_invoke_config(self: Any) -> Any:
    """Keep the settings of asynchronous invocations in place of those before."""
    target = _find_asked(self)
    target.event_invoke_config = [EventInvokeConfig(target.function_arn, "", self.json_body)]
    return get_function_event_invoke_config(self)


def get_function_event_invoke_config(self: Any) -> Any:
    """Return the settings; raises an error if there are none."""
    target = _find_asked(self)
    if not target.event_invoke_config:
        raise UnknownEventConfig(target.function_arn)
    answer: dict[str, Any] = target.event_invoke_config[0].response()
    return ActionResult({name: value for name, value in answer.items() if name != "LastModified"})


def delete_function_event_invoke_config(self: Any) -> Any:
    """Forget the settings."""
    _find_asked(self).event_invoke_config = []
    return 204, {"status": 204}, "{}"


def _find_asked(response: Any) -> Any:
    """Return the alias or the function that a request asks for by its path and its qualifier."""
    match = FUNCTION_IN_PATH.search(response.path)
    name = unquote(match[1]) if match else ""
    return find_target(response.backend, name, response.querystring.get("Qualifier", [None])[0])


def _keep_target(moto_change: Any) -> Any:
    """Return moto's method, after which the mapping names the alias that it was given, not the version behind it."""

    def change(self: Any, *args: Any) -> Any:
        mapping, given = moto_change(self, *args), args[-1].get("FunctionName", "")
        if mapping is not None and given:
            mapping.function_arn = find_target(self, given).function_arn
        return mapping

    return change
