"""Configure the AWS provider, with the tags of the environment, and keep it from accounts that are not meant."""

from cdktf import Postcondition, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags

from stacks.config import Config
from stacks.tags import add_tags, build_environment_tags


def add_provider(stack: TerraformStack, config: Config, *, environment: str, region: str) -> None:
    """Configure the provider and the tags of `stack`.

    Terraform reads the credentials from the environment, and assumes the role that the configuration names by them.
    """
    AwsProvider(
        stack,
        "aws",
        region=region,
        default_tags=[AwsProviderDefaultTags(tags=build_environment_tags(config, environment))],
        allowed_account_ids=list(config.allowed_account_ids) or None,
        assume_role=_choose_role(config),
    )
    add_tags(stack, config)
    if config.allowed_account_ids:
        _explain_other_account(stack, config, region)


def _choose_role(config: Config) -> list[AwsProviderAssumeRole] | None:
    return [AwsProviderAssumeRole(role_arn=config.assume_role)] if config.assume_role else None


def _explain_other_account(stack: TerraformStack, config: Config, region: str) -> None:
    """Say which accounts are allowed if the credentials are those of another one.

    The provider refuses these credentials by itself, but names their account alone. The sentence comes from a second
    provider, which looks up the account and nothing else.
    """
    unchecked = AwsProvider(stack, "aws_unchecked", alias="unchecked", region=region, assume_role=_choose_role(config))
    credentials = DataAwsCallerIdentity(stack, "credentials", provider=unchecked)
    allowed = ", ".join(config.allowed_account_ids)
    credentials.lifecycle = TerraformResourceLifecycle(
        postcondition=[
            Postcondition(
                condition=f'${{contains(split(", ", "{allowed}"), self.account_id)}}',
                error_message=f"allowed_account_ids of '{config.environment_suffix}' is {allowed}, and the credentials "
                "are those of the account ${self.account_id}: set AWS_PROFILE to a profile of an allowed account.",
            )
        ]
    )
