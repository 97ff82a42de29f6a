"""Tag every resource with the environment, the repository and the author, without a change at each deploy."""

import jsii
from cdktf import Aspects, IAspect, TerraformResource, TerraformStack
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from constructs import IConstruct

from stacks.config import Config

KEPT = ("Author", "Repository")
"""The tags that tell of a resource's creation; Terraform compares them no more after it."""


def add_tags(stack: TerraformStack, config: Config) -> None:
    """Tag all resources of `stack` with author and repository.

    They are tags of each resource's own, because Terraform can ignore only those: a change of the provider's default
    tags is a change of every resource. The provider adds the tags that hold for the whole environment.
    """
    Aspects.of(stack).add(OwnTags({"Author": config.author, "Repository": config.repository}))


def build_environment_tags(config: Config, environment: str) -> dict[str, str]:
    """Return the tags that change on every resource at once: `Environment`, and those of the setting `tags`."""
    return dict(tag.split("=", 1) for tag in config.tags) | {"Environment": environment}


@jsii.implements(IAspect)
class OwnTags:
    """Writes tags when a resource is created, and ignores them afterwards; the function's alone follow each deploy."""

    def __init__(self, tags: dict[str, str]) -> None:
        self._tags = tags

    def visit(self, node: IConstruct) -> None:
        """Tag `node` if it is a resource that has tags."""
        if isinstance(node, TerraformResource) and hasattr(node, "tags_input"):
            node.tags = self._tags  # type: ignore[attr-defined]
            if not isinstance(node, LambdaFunction):
                node.add_override("lifecycle.ignore_changes", [f'tags["{name}"]' for name in KEPT])
