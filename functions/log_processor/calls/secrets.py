"""Read a secret from Secrets Manager, so that its value stands in no configuration and in no state."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from log_processor.errors import RetryableError, SettingsError

WRONG_ARN = frozenset({"ResourceNotFoundException", "InvalidParameterException", "ValidationException"})


def read_secret(client: Any, arn: str) -> str:
    """Return the text of the secret's present version.

    Raise `SettingsError` if there is no such secret, it holds no text, or the function may not read it, and
    `RetryableError` if the service does not answer.
    """
    try:
        answer = client.get_secret_value(SecretId=arn)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "AccessDeniedException":
            raise SettingsError(
                f"the secret {arn} may not be read: let the function's role use the key of it"
            ) from error
        if code in WRONG_ARN:
            raise SettingsError(f"the secret {arn} cannot be read ({code}): name one that exists") from error
        raise RetryableError(f"the secret {arn} could not be read ({code})") from error
    except BotoCoreError as error:
        raise RetryableError(f"the secret {arn} could not be read ({type(error).__name__})") from error
    if not answer.get("SecretString"):
        raise SettingsError(f"the secret {arn} holds no text: store the key as one")
    return str(answer["SecretString"])
