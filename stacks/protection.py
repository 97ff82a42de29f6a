"""Keep what holds data from being destroyed by accident: Terraform refuses such a plan before it begins."""

from cdktf import TerraformResource, TerraformStack

from stacks.kinds import BUCKET, HOLDS_DATA, KEY, TABLE


def protect_data(stack: TerraformStack, *, protect: bool, force_destroy: bool) -> None:
    """Let Terraform refuse a plan that destroys or replaces what holds data; call it after all resources are created.

    - With `protect`: all of it. DynamoDB itself refuses to delete the tables, too.
    - Without `force_destroy`: the buckets, and the key without which nobody can read their objects. S3 would refuse
      buckets that hold objects, but only in the middle of the destruction, after the tables, the queues and the
      buckets' own guards are gone.
    """
    for resource in stack.node.find_all():
        if not isinstance(resource, TerraformResource):
            continue
        kind = resource.terraform_resource_type
        if kind in HOLDS_DATA and (protect or (kind in (BUCKET, KEY) and not force_destroy)):
            resource.add_override("lifecycle.prevent_destroy", value=True)
        if kind == TABLE and protect:
            resource.add_override("deletion_protection_enabled", value=True)
