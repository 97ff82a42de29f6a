"""Let the function run in subnets of a VPC that exists already."""

from cdktf_cdktf_provider_aws.data_aws_security_group import DataAwsSecurityGroup
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunctionVpcConfig
from constructs import Construct

from stacks.config import Config


def build_network(scope: Construct, config: Config) -> LambdaFunctionVpcConfig | None:
    """Return the function's place in the VPC, None without subnets; the plan fails if one of them does not exist."""
    if not config.subnet_ids:
        return None
    for subnet in config.subnet_ids:
        DataAwsSubnet(scope, f"subnet_ids_{subnet}_must_exist", id=subnet)
    for group in config.security_group_ids:
        DataAwsSecurityGroup(scope, f"security_group_ids_{group}_must_exist", id=group)
    return LambdaFunctionVpcConfig(
        subnet_ids=list(config.subnet_ids), security_group_ids=list(config.security_group_ids)
    )
