"""A stack whose resources have the names that its constructs give them."""

from cdktf import TerraformElement, TerraformStack
from constructs import Node


class NamedStack(TerraformStack):
    """Addresses are construct paths, such as `aws_s3_bucket.source_bucket`, without the framework's hash behind them.

    A plan reads better, and a resource keeps its address, so its content, should the stacks leave the framework.
    """

    def _allocate_logical_id(self, tf_element: TerraformElement | Node) -> str:
        node = tf_element if isinstance(tf_element, Node) else tf_element.node
        return "_".join(node.path.split("/")[1:])
