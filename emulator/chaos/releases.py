"""Deploy the function as Terraform does: change it, publish a version, and let its aliases name that."""

from typing import Any

from emulator.chaos.deployed import DeployedPipeline


def deploy_code(pipeline: DeployedPipeline, code: bytes) -> None:
    """Let the pipeline's function run another zip."""
    functions, name = pipeline.aws.client("lambda"), pipeline.outputs["LambdaFunctionName"]
    functions.update_function_code(FunctionName=name, ZipFile=code)
    _release(functions, name)


def deploy_settings(pipeline: DeployedPipeline, **settings: Any) -> None:
    """Change the configuration of the pipeline's function, such as `Timeout`."""
    functions, name = pipeline.aws.client("lambda"), pipeline.outputs["LambdaFunctionName"]
    functions.update_function_configuration(FunctionName=name, **settings)
    _release(functions, name)


def find_live_arn(functions: Any, name: str) -> str:
    """Return the ARN of the function's only alias, which the triggers name."""
    (alias,) = functions.list_aliases(FunctionName=name)["Aliases"]
    return str(alias["AliasArn"])


def _release(functions: Any, name: str) -> None:
    version = functions.publish_version(FunctionName=name)["Version"]
    for alias in functions.list_aliases(FunctionName=name)["Aliases"]:
        functions.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)
