"""A stack whose resources have plain addresses, and which states the Terraform version that it needs."""

from cdktf import TerraformElement, TerraformStack
from constructs import Construct, Node

from stacks.terraform_version import MIN_TEXT

REQUIRED_TERRAFORM = f">= {MIN_TEXT}"


class NamedStack(TerraformStack):
    """A stack whose addresses are construct paths, such as `aws_s3_bucket.source_bucket`, without the framework's hash.

    A plan is easier to read. If the stacks ever leave the framework, resources keep their addresses, and so their data.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.add_override("terraform.required_version", REQUIRED_TERRAFORM)

    def _allocate_logical_id(self, tf_element: TerraformElement | Node) -> str:
        node = tf_element if isinstance(tf_element, Node) else tf_element.node
        return "_".join(node.path.split("/")[1:])
