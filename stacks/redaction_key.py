"""Ask for the key of the hashes that replace values in records."""

from cdktf import TerraformVariable
from constructs import Construct

KEY_NAME = "redaction_key"
MIN_KEY_CHARACTERS = 16


def add_redaction_key(scope: Construct) -> str:
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
