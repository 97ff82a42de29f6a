"""Record the actions that a deployment uses, by the names that a policy has for them.

Source: Service Authorization Reference, actions of Amazon S3, AWS Lambda and the other services.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from emulator.aws.edge import Application, Environ, read_body

SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")
PREFIXES = {"monitoring": "cloudwatch"}
"""How policies call a service that signs by another name."""
FREE = frozenset({"sts:GetCallerIdentity"})
"""What every caller may do."""
FOR_NO_RESOURCE = frozenset(
    {
        *("lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings"),
        *("sns:GetSubscriptionAttributes", "sns:Unsubscribe"),
        *("events:PutPermission", "events:RemovePermission"),
        *("kms:CreateKey", "kms:ListAliases", "logs:DescribeLogGroups"),
        *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
    }
)
"""Actions without a type of resource: a statement that names a resource does not allow them, only one for `*`."""
ACCESS_KEY = re.compile(r"Credential=([^/]+)/")
S3_PARTS = {
    "versioning": "BucketVersioning",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "ownershipControls": "BucketOwnershipControls",
    "notification": "BucketNotification",
    "tagging": "BucketTagging",
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "website": "BucketWebsite",
    "accelerate": "AccelerateConfiguration",
    "requestPayment": "BucketRequestPayment",
    "logging": "BucketLogging",
    "replication": "ReplicationConfiguration",
    "object-lock": "BucketObjectLockConfiguration",
    "location": "BucketLocation",
}
S3_PLAIN = {
    ("bucket", "PUT"): "CreateBucket",
    ("bucket", "HEAD"): "ListBucket",
    ("bucket", "GET"): "ListBucket",
    ("bucket", "DELETE"): "DeleteBucket",
    ("bucket", "POST"): "DeleteObject",
    ("key", "GET"): "GetObject",
    ("key", "HEAD"): "GetObject",
    ("key", "PUT"): "PutObject",
    ("key", "DELETE"): "DeleteObject",
}
LAMBDA = (
    ("functions$", {"POST": "CreateFunction"}),
    ("functions/[^/]+$", {"GET": "GetFunction", "DELETE": "DeleteFunction"}),
    ("functions/[^/]+/code$", {"PUT": "UpdateFunctionCode"}),
    ("functions/[^/]+/configuration$", {"GET": "GetFunctionConfiguration", "PUT": "UpdateFunctionConfiguration"}),
    ("functions/[^/]+/versions$", {"POST": "PublishVersion", "GET": "ListVersionsByFunction"}),
    ("functions/[^/]+/aliases$", {"POST": "CreateAlias"}),
    ("functions/[^/]+/aliases/", {"GET": "GetAlias", "PUT": "UpdateAlias", "DELETE": "DeleteAlias"}),
    ("functions/[^/]+/policy", {"GET": "GetPolicy", "POST": "AddPermission", "DELETE": "RemovePermission"}),
    (
        "functions/[^/]+/event-invoke-config",
        {
            "PUT": "PutFunctionEventInvokeConfig",
            "POST": "UpdateFunctionEventInvokeConfig",
            "GET": "GetFunctionEventInvokeConfig",
            "DELETE": "DeleteFunctionEventInvokeConfig",
        },
    ),
    (
        "functions/[^/]+/concurrency",
        {
            "PUT": "PutFunctionConcurrency",
            "GET": "GetFunctionConcurrency",
            "DELETE": "DeleteFunctionConcurrency",
        },
    ),
    ("functions/[^/]+/recursion-config", {"PUT": "PutFunctionRecursionConfig", "GET": "GetFunctionRecursionConfig"}),
    ("functions/[^/]+/code-signing-config", {"GET": "GetFunctionCodeSigningConfig"}),
    ("event-source-mappings/?$", {"POST": "CreateEventSourceMapping", "GET": "ListEventSourceMappings"}),
    (
        "event-source-mappings/.",
        {"GET": "GetEventSourceMapping", "PUT": "UpdateEventSourceMapping", "DELETE": "DeleteEventSourceMapping"},
    ),
    ("layers/[^/]+/versions$", {"POST": "PublishLayerVersion", "GET": "ListLayerVersions"}),
    ("layers/[^/]+/versions/", {"GET": "GetLayerVersion", "DELETE": "DeleteLayerVersion"}),
    ("layers$", {"GET": "GetLayerVersion"}),
    ("tags/", {"GET": "ListTags", "POST": "TagResource", "DELETE": "UntagResource"}),
)


class Recorder:
    """A middleware of the local AWS that keeps the actions of Terraform's requests, by access key.

    While `is_planning`, they are in `planned` as well.
    """

    def __init__(self) -> None:
        self.by_key: defaultdict[str, set[str]] = defaultdict(set)
        self.is_planning = False
        self.planned: set[str] = set()

    @property
    def actions(self) -> set[str]:
        """Return the actions of all requests."""
        return set().union(*self.by_key.values())

    def __call__(self, application: Application) -> Application:
        """Wrap the application."""

        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            signed = str(environ.get("HTTP_AUTHORIZATION", ""))
            found, key = SERVICE.search(signed), ACCESS_KEY.search(signed)
            if found and key and _is_terraform(environ):
                action = name_action(environ, PREFIXES.get(found[1], found[1]))
                self.by_key[key[1]].add(action)
                if self.is_planning:
                    self.planned.add(action)
            return application(environ, start_response)

        return answer


def _is_terraform(environ: Environ) -> bool:
    return "terraform" in str(environ.get("HTTP_USER_AGENT", "")).lower()


def name_action(environ: Environ, service: str) -> str:
    """Return the action that a request needs."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    match service:
        case "s3":
            return f"s3:{_name_s3_action(environ)}"
        case "lambda":
            return f"lambda:{_name_lambda_action(environ)}"
        case _ if target:
            return f"{service}:{target}"
        case _:
            return f"{service}:{parse_qs(read_body(environ).decode())['Action'][0]}"


def _name_s3_action(environ: Environ) -> str:
    query = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    method = str(environ["REQUEST_METHOD"])
    _, _, key = str(environ["PATH_INFO"]).lstrip("/").partition("/")
    if not key:
        if "versions" in query:
            return "ListBucketVersions"
        if part := next((S3_PARTS[name] for name in query if name in S3_PARTS), ""):
            verb = "Get" if method == "GET" else "Delete" if (method, part) == ("DELETE", "BucketPolicy") else "Put"
            return verb + part
    action = S3_PLAIN["key" if key else "bucket", method]
    return f"{action}Version" if "versionId" in query else action


def _name_lambda_action(environ: Environ) -> str:
    path, method = str(environ["PATH_INFO"]).split("/", 2)[2], str(environ["REQUEST_METHOD"])
    return next(actions[method] for form, actions in LAMBDA if re.match(form, path) and method in actions)
