"""Load what a cold start does not need with the first call that needs it: a service's client, and boto3's copying."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


class LateClient:
    """A client of a service that is made when it is first used, because that takes longer than a call."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        if "client" not in self.__dict__:
            self.client = self._make()
        return getattr(self.client, name)


def copy_object(s3: Any, *arguments: Any, **named: Any) -> None:
    """Copy an object of S3, as the method `copy` of boto3's clients does; botocore's have none."""
    import_module("boto3.s3.inject").copy(s3, *arguments, **named)
