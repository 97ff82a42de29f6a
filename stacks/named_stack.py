"""A stack whose resources have the names that its constructs give them, and which says what Terraform it needs."""

from cdktf import TerraformElement, TerraformStack
from constructs import Construct, Node

REQUIRED_TERRAFORM = ">= 1.10"
"""The first version whose S3 backend locks with a file beside the state."""


class NamedStack(TerraformStack):
    """Addresses are construct paths, such as `aws_s3_bucket.source_bucket`, without the framework's hash behind them.

    A plan reads better, and a resource keeps its address, so its content, should the stacks leave the framework.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.add_override("terraform.required_version", REQUIRED_TERRAFORM)

    def _allocate_logical_id(self, tf_element: TerraformElement | Node) -> str:
        node = tf_element if isinstance(tf_element, Node) else tf_element.node
        return "_".join(node.path.split("/")[1:])
