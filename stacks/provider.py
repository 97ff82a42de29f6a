"""The AWS provider, with the tags that everything carries."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from stacks.config import Config


def add_provider(stack: TerraformStack, config: Config, *, environment: str) -> None:
    """Configure the provider of `stack`; credentials come from the environment, as Terraform reads them."""
    tags = {"Environment": environment, "Repository": config.repository, "Author": config.author}
    AwsProvider(stack, "aws", region=config.region, default_tags=[AwsProviderDefaultTags(tags=tags)])
