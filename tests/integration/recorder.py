"""Record the calls that operators make, by the names that policies have for them."""

from collections.abc import Iterable
from typing import Any

from emulator.aws.edge import Application, Environ
from emulator.aws.iam import ACCESS_KEY
from emulator.aws.local_aws import ACCOUNT_ID, REGION
from emulator.aws.requests import ApiCall, read_api_calls


class CallRecorder:
    """A middleware of the local AWS that keeps what is called, by access key."""

    def __init__(self) -> None:
        self.calls: dict[str, set[ApiCall]] = {}

    def __call__(self, application: Application) -> Application:
        """Wrap the application."""

        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            match = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
            if match is not None and match[1] in self.calls:
                self.calls[match[1]].update(read_api_calls(environ, match[2], ACCOUNT_ID, REGION))
            return application(environ, start_response)

        return answer
