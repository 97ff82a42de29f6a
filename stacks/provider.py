"""Configure the AWS provider, with the tags of every resource."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from stacks.config import Config


def add_provider(stack: TerraformStack, config: Config, *, environment: str) -> None:
    """Configure the provider of `stack`; Terraform reads the credentials from the environment."""
    tags = {"Environment": environment, "Repository": config.repository, "Author": config.author}
    AwsProvider(stack, "aws", region=config.region, default_tags=[AwsProviderDefaultTags(tags=tags)])
