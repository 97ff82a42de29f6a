"""The key of hashes is read from Secrets Manager, or a sentence says why it cannot be."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from log_processor.calls.secrets import read_secret
from log_processor.errors import RetryableError, SettingsError
from moto import mock_aws

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logs/key-a1B2c3"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return boto3.client(
        "secretsmanager", region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local"
    )


def test_the_text_of_a_secret_is_read(client: Any) -> None:
    """It is found by its ARN."""
    with mock_aws():
        arn = client.create_secret(Name="logs/key", SecretString="sixteen or more characters")["ARN"]
        assert read_secret(client, arn) == "sixteen or more characters"


def test_a_secret_of_bytes_is_refused(client: Any) -> None:
    """The sentence says what to store."""
    with mock_aws():
        arn = client.create_secret(Name="logs/key", SecretBinary=b"x")["ARN"]
        with pytest.raises(SettingsError, match="holds no text: store the key as one"):
            read_secret(client, arn)


def test_a_secret_that_does_not_exist_is_one_sentence(client: Any) -> None:
    """It names the ARN."""
    with mock_aws(), pytest.raises(SettingsError, match=rf"{ARN} cannot be read \(ResourceNotFoundException\)"):
        read_secret(client, ARN)


@pytest.mark.parametrize(
    ("code", "kind"), [("AccessDeniedException", SettingsError), ("InternalServiceError", RetryableError)]
)
def test_an_answer_of_the_service_has_its_kind(client: Any, code: str, kind: type[Exception]) -> None:
    """Who is denied needs a person; what fails for a moment is tried again."""
    with Stubber(client) as stubbed:
        stubbed.add_client_error("get_secret_value", service_error_code=code)
        with pytest.raises(kind, match=f"secret {ARN}"):
            read_secret(client, ARN)
