"""Tell whether the function that serves has the code of this checkout."""

import base64
import hashlib
from typing import Any

from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from stacks.packaging import zip_function
from stacks.state import ALIAS


def check_deployed(environment: Environment) -> None:
    """Raise `CommandError` if the function that serves was packed of other sources than those of this checkout.

    What is written by this checkout would be another parser's than what the function writes.
    """
    config = environment.config
    functions: Any = environment.session.client("lambda")
    with translate_errors(f"the alias {ALIAS} of {config.function_name}", config):
        serving = functions.get_function_configuration(FunctionName=config.function_name, Qualifier=ALIAS)
    own = base64.b64encode(hashlib.sha256(zip_function().read_bytes()).digest()).decode()
    if serving["CodeSha256"] != own:
        raise CommandError(
            f"version {serving['Version']} of {config.function_name} serves, and has other code than this checkout: "
            f"deploy it with 'cdktf deploy {environment.stack}', or use the checkout that was deployed"
        )
