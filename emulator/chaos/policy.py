"""Break the function's policy for a while: it denies reading some objects, until that was tried often enough."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from emulator.chaos.deployed import DeployedPipeline

DENIED = "denied/"
"""The keys of objects that may not be read at first hold this."""
DENIALS = 6
POLICY = "chaos-denied"


class BrokenPolicy:
    """A policy that denies to read the objects of `DENIED` below `prefix`; it is mended after `DENIALS` reads.

    It is gone at the end of the block of `deny`, however that ends.
    """

    def __init__(self, pipeline: DeployedPipeline, prefix: str) -> None:
        self._iam = pipeline.aws.client("iam")
        function = pipeline.outputs["LambdaFunctionName"]
        role = pipeline.aws.client("lambda").get_function_configuration(FunctionName=function)["Role"]
        self._role: str = role.rpartition("/")[2]
        self._objects = f"arn:aws:s3:::{pipeline.outputs['S3SourceBucket']}/{prefix}{DENIED}*"
        self._lock = threading.Lock()
        self._left = 0

    @contextmanager
    def deny(self) -> Iterator[None]:
        """Deny every read from now on; in the end, mend the policy if it is still broken."""
        denied = {"Effect": "Deny", "Action": "s3:GetObject*", "Resource": self._objects}
        document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
        self._left = DENIALS
        self._iam.put_role_policy(RoleName=self._role, PolicyName=POLICY, PolicyDocument=document)
        try:
            yield
        finally:
            with self._lock:
                self._left = 0
                self._mend()

    def notice_read(self, key: str) -> None:
        """Mend the policy if `key` is denied, and was read often enough."""
        with self._lock:
            if DENIED not in key or not self._left:
                return
            self._left -= 1
            if not self._left:
                self._mend()

    def _mend(self) -> None:
        """Delete the policy, if it is there."""
        with suppress(self._iam.exceptions.NoSuchEntityException):
            self._iam.delete_role_policy(RoleName=self._role, PolicyName=POLICY)
