"""The function's routes as synthesis sees them: checked, and what they need of the stack."""

from cdktf import TerraformVariable
from constructs import Construct

from stacks.config import ConfigError

FOLDER = "functions/log_processor"
KEY_NAME = "redaction_key"
LEAST_KEY_CHARACTERS = 16


def hashes_values() -> bool:
    """Whether a route hides values by a keyed hash; raises `ConfigError` with the file and line of a mistake."""
    try:
        from log_processor.routing.routes import load_file  # noqa: PLC0415 - its packages may be missing, see below
        from log_processor.routing.written import RouteError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the package {error.name} is missing, and {FOLDER}/routes.toml cannot be checked without it: "
            "run 'make install', or install the lock's category 'function' too"
        ) from error
    try:
        return load_file().hashes
    except RouteError as error:
        raise ConfigError(f"{FOLDER}/{error}") from error
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ConfigError(f"{FOLDER}/routes.toml cannot be read ({reason}): it may be empty, but not absent") from error


def redaction_key(scope: Construct) -> str:
    """A reference to the key of the hashes: a variable without default, so that no file of the project holds it."""
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
        condition=f"${{length(var.{KEY_NAME}) >= {LEAST_KEY_CHARACTERS}}}",
        error_message=f"Set TF_VAR_redaction_key to at least {LEAST_KEY_CHARACTERS} random characters.",
    )
    return variable.string_value
