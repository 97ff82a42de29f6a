"""A call is made again when, and as often as, botocore's standard mode would."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.retries.quota import RetryQuota
from log_processor.calls import retries
from log_processor.calls.clients import MAX_TRIES
from log_processor.calls.retries import CallFault, CallTries, judge

standard: Any = import_module("botocore.retries.standard")  # the stubs of types know nothing private of it
CODES = sorted(
    {
        *retries.THROTTLING_CODES,
        *retries.PASSING_CODES,
        *standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        *standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
        *("ConditionalCheckFailedException", "AccessDeniedException", "InternalServerError", "ValidationException"),
        *("ExpiredTokenException", "ResourceNotFoundException", "TransactionConflictException", "Unknown"),
    }
)
SHARE = 0.5


@pytest.fixture(scope="module")
def operation() -> Any:
    client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    return client.meta.service_model.operation_model("UpdateItem")


def make_context(operation: Any, code: str, status: int, number: int = 1, **headers: str) -> Any:
    """Return what botocore knows of a try: its number, and the answer."""
    return standard.RetryContext(
        attempt_number=number,
        operation_model=operation,
        parsed_response={"Error": {"Code": code}},
        http_response=SimpleNamespace(status_code=status, headers=headers, content=b""),
        request_context={},
    )


@pytest.mark.parametrize("status", [400, 403, 413, 500, 501, 502, 503, 504])
def test_the_same_answers_are_tried_again(operation: Any, status: int) -> None:
    """For every code that either of them knows."""
    conditions = standard.StandardRetryConditions(max_attempts=2)
    detector = standard.ThrottlingErrorDetector(standard.RetryEventAdapter())
    for code in CODES:
        context = make_context(operation, code, status)
        failure = judge(code, status)
        assert (failure is not None) == conditions.is_retryable(context), code
        if failure is not None:
            is_throttling = detector.is_throttling_error_from_context(context)
            assert (failure is CallFault.THROTTLING) == is_throttling, code


def test_a_status_may_say_that_it_throttles(operation: Any) -> None:
    """With a code that its model does not name."""
    context = make_context(operation, "429", 429)
    assert standard.StandardRetryConditions(max_attempts=2).is_retryable(context)
    assert judge("429", 429) is CallFault.THROTTLING


@pytest.mark.parametrize("asked", ["", "0", "300", "3000", "900000", "soon", "-5"])
@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("InternalServerError", 500)])
def test_the_pauses_are_the_same(operation: Any, code: str, status: int, asked: str) -> None:
    """They double, and are as long as the service asks, within bounds."""
    headers = {"x-amz-retry-after": asked} if asked else {}
    backoff = standard.ExponentialBackoff(
        random=lambda: SHARE,
        service_name="dynamodb",
        throttling_detector=standard.ThrottlingErrorDetector(standard.RetryEventAdapter()),
    )
    failure, tries = judge(code, status), CallTries(RetryQuota(), lambda: SHARE)
    assert failure is not None
    fields = {name.encode(): text.encode() for name, text in headers.items()}
    for number in range(1, MAX_TRIES):
        expected = backoff.delay_amount(make_context(operation, code, status, number, **headers))
        assert tries.choose_pause_s(failure, fields) == pytest.approx(expected)
    assert tries.choose_pause_s(failure, fields) is None


def test_calls_that_all_fail_are_no_longer_made_again() -> None:
    """What they took of the quota comes back with those that succeed."""
    quota = RetryQuota()
    assert quota.available_capacity == 500
    failed = 0
    while CallTries(quota).choose_pause_s(CallFault.PASSING, {}) is not None:
        failed += 1
    assert failed == 500 // standard.RetryQuotaChecker._RETRY_COST
    assert CallFault.THROTTLING.value == standard.RetryQuotaChecker._THROTTLING_RETRY_COST
    left = quota.available_capacity
    CallTries(quota).succeed()
    assert quota.available_capacity == left + standard.RetryQuotaChecker._NO_RETRY_INCREMENT
    quota.release(100)
    tries, left = CallTries(quota), quota.available_capacity
    assert tries.choose_pause_s(CallFault.PASSING, {}) is not None
    tries.succeed()
    assert quota.available_capacity == left
