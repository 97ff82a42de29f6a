"""Create the log processor: its role, its log group, its code and the layer of its dependencies."""

from collections.abc import Mapping

from cdktf import AssetType, Fn, ITerraformDependable, TerraformAsset, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.data_aws_iam_policy import DataAwsIamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_alias import LambdaAlias
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionDeadLetterConfig,
    LambdaFunctionEnvironment,
    LambdaFunctionLoggingConfig,
)
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import LambdaFunctionEventInvokeConfig
from cdktf_cdktf_provider_aws.lambda_function_recursion_config import LambdaFunctionRecursionConfig
from cdktf_cdktf_provider_aws.lambda_layer_version import LambdaLayerVersion
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from stacks.config import Config
from stacks.config.retention import MAX_EVENT_AGE_S
from stacks.iam import Grants, build_function_policy, build_trust_policy
from stacks.network import build_network
from stacks.packaging import zip_function, zip_layer
from stacks.state import ALIAS

RUNTIME = "python3.11"
HANDLER = "log_processor.handler.handle"
ASYNC_RETRIES = 2
CREATED_FIRST = TerraformResourceLifecycle(create_before_destroy=True)
"""The successor of a layer serves before the layer is gone."""


def build_logging(log_level: str) -> LambdaFunctionLoggingConfig:
    """Return the log's format, JSON, and the levels from which Lambda keeps lines.

    It keeps those of `INFO`, for which it takes the lines with the metrics, whatever the function itself logs.
    """
    application_level = log_level if log_level == "DEBUG" else "INFO"
    return LambdaFunctionLoggingConfig(
        log_format="JSON", application_log_level=application_level, system_log_level="INFO"
    )


class ProcessorFunction(Construct):
    """The function (`function`) and the alias that starts it (`alias`); call `grant` when the rest is created.

    Each deploy publishes a version, and the alias names the newest one, or that which `function_version` goes back to.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        config: Config,
        environment: Mapping[str, str],
        dead_letters: SqsQueue,
        data_key: str,
    ) -> None:
        super().__init__(scope, id_)
        self.log_group = CloudwatchLogGroup(
            self,
            "log_group",
            name=config.log_group_name,
            retention_in_days=config.log_retention_days,
            kms_key_id=data_key or None,
        )
        self.role = self._build_role(config)
        self.function = self._build_function(config, environment, dead_letters, data_key)
        self.alias = self._build_alias(config.function_version)
        self._bound_invocations()

    def _build_role(self, config: Config) -> IamRole:
        """Create the role; the plan fails if its boundary does not exist."""
        boundary = config.permissions_boundary
        if boundary:
            DataAwsIamPolicy(self, "permissions_boundary_must_exist", arn=boundary)
        return IamRole(
            self,
            "role",
            name=config.function_name,
            path=config.role_path,
            permissions_boundary=boundary or None,
            assume_role_policy=build_trust_policy(),
        )

    def _build_function(
        self, config: Config, environment: Mapping[str, str], dead_letters: SqsQueue, data_key: str
    ) -> LambdaFunction:
        code = TerraformAsset(self, "code", path=str(zip_function()), type=AssetType.FILE)
        layer = self._build_layer(f"{config.function_name}-dependencies", config.architecture)
        return LambdaFunction(
            self,
            "function",
            function_name=config.function_name,
            role=self.role.arn,
            runtime=RUNTIME,
            handler=HANDLER,
            architectures=[config.architecture],
            filename=code.path,
            source_code_hash=Fn.filebase64sha256(code.path),
            layers=[layer.arn],
            timeout=config.function_timeout_s,
            memory_size=config.function_memory_mb,
            reserved_concurrent_executions=config.reserved_concurrency,
            environment=LambdaFunctionEnvironment(variables=dict(environment)),
            logging_config=build_logging(config.log_level),
            dead_letter_config=LambdaFunctionDeadLetterConfig(target_arn=dead_letters.arn),
            vpc_config=build_network(self, config),
            kms_key_arn=data_key or None,
            publish=True,
        )

    def _build_alias(self, version: int) -> LambdaAlias:
        newest = self.function.version
        alias = LambdaAlias(
            self,
            "alias",
            name=ALIAS,
            function_name=self.function.function_name,
            function_version=str(version) if version else newest,
        )
        if version:
            address = f"{self.function.terraform_resource_type}.{self.function.friendly_unique_id}"
            condition = f"${{{version} <= try(tonumber({address}.version), 0)}}"
            reason = f"function_version is {version}, which is not published: set it to a lower number, or remove it."
            alias.add_override("lifecycle.precondition", [{"condition": condition, "error_message": reason}])
        return alias

    def _bound_invocations(self) -> None:
        """Say how often and how long Lambda tries an event again.

        The function bounds its chains of invocations itself; Lambda would drop what follows the 16th.
        """
        name = self.function.function_name
        LambdaFunctionEventInvokeConfig(
            self,
            "async_invocation",
            function_name=name,
            qualifier=self.alias.name,
            maximum_retry_attempts=ASYNC_RETRIES,
            maximum_event_age_in_seconds=MAX_EVENT_AGE_S,
        )
        LambdaFunctionRecursionConfig(self, "recursion", function_name=name, recursive_loop="Allow")

    def _build_layer(self, name: str, architecture: str) -> LambdaLayerVersion:
        wheels = TerraformAsset(self, "wheels", path=str(zip_layer(architecture)), type=AssetType.FILE)
        return LambdaLayerVersion(
            self,
            "dependencies",
            layer_name=name,
            filename=wheels.path,
            source_code_hash=Fn.filebase64sha256(wheels.path),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[architecture],
            lifecycle=CREATED_FIRST,
        )

    def grant(self, grants: Grants) -> IamRolePolicy:
        """Give the role the policy for these resources; the function is created after it and after the log group."""
        policy = IamRolePolicy(self, "policy", role=self.role.name, policy=build_function_policy(grants))
        needed = [f"{part.terraform_resource_type}.{part.friendly_unique_id}" for part in (self.log_group, policy)]
        self.function.add_override("depends_on", needed)
        return policy

    def allow_bucket(self, bucket_arn: str, account_id: str) -> ITerraformDependable:
        """Let S3 invoke the alias, for this bucket of this account alone.

        The first release notified the function itself. That permission stays, so that no event is refused while an
        upgrade moves the notification: a permission that is replaced is gone before its successor is used, and one that
        is created before would force the same on all that the function needs, whose names can exist only once.
        """
        self._allow_bucket("permission", None, bucket_arn, account_id)
        return self._allow_bucket("permission_live", self.alias.name, bucket_arn, account_id)

    def _allow_bucket(self, id_: str, qualifier: str | None, bucket_arn: str, account_id: str) -> LambdaPermission:
        return LambdaPermission(
            self,
            id_,
            statement_id="AllowSourceBucket",
            action="lambda:InvokeFunction",
            function_name=self.function.function_name,
            qualifier=qualifier,
            principal="s3.amazonaws.com",
            source_arn=bucket_arn,
            source_account=account_id,
        )
