"""Ask for the key of the hashes that replace values in records."""

from cdktf import TerraformVariable
from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret import DataAwsSecretsmanagerSecret
from constructs import Construct

KEY_NAME = "redaction_key"
MIN_KEY_CHARACTERS = 16


def build_key_variables(scope: Construct, secret: str) -> dict[str, str]:
    """Return the function's variable for the key: the ARN of the secret that is the key, or the key itself.

    The key itself stands in Terraform's state and in the function's configuration; that of a secret in neither. The
    plan fails if the secret does not exist.
    """
    if not secret:
        return {"REDACTION_KEY": _add_redaction_key(scope)}
    DataAwsSecretsmanagerSecret(scope, "redaction_secret_must_exist", arn=secret)
    return {"REDACTION_SECRET": secret}


def _add_redaction_key(scope: Construct) -> str:
    """Declare a variable for the key, and return a reference to it.

    It has no default, so that no file of the project holds the key.
    """
    variable = TerraformVariable(
        scope,
        KEY_NAME,
        type="string",
        nullable=False,
        sensitive=True,
        description="Key of the hashes that hide values in records (TF_VAR_redaction_key); keep it, or nothing joins.",
    )
    variable.override_logical_id(KEY_NAME)
    variable.add_validation(
        condition=f"${{length(var.{KEY_NAME}) >= {MIN_KEY_CHARACTERS}}}",
        error_message=f"Set TF_VAR_redaction_key to at least {MIN_KEY_CHARACTERS} random characters.",
    )
    return variable.string_value
