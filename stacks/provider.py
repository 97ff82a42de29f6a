"""Configure the AWS provider, with the tags of the environment."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from stacks.config import Config
from stacks.tags import add_tags, build_environment_tags


def add_provider(stack: TerraformStack, config: Config, *, environment: str) -> None:
    """Configure the provider and the tags of `stack`; Terraform reads the credentials from the environment."""
    tags = AwsProviderDefaultTags(tags=build_environment_tags(config, environment))
    AwsProvider(stack, "aws", region=config.region, default_tags=[tags])
    add_tags(stack, config)
