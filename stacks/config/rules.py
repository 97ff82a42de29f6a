"""Check the values of settings; each rule has the sentence that tells how to mend a value that breaks it."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from log_processor.declaration import Setting

from stacks.sources.log_services import LOG_SERVICES

EPHEMERAL = re.compile(r"pr-?\d{1,8}")
KINDS = {bool: "true or false", int: "a whole number", str: "text", tuple: "a list of texts"}
MAX_ENDINGS = 90
MIN_UNRESERVED = 100


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it, its origin and the remedy."""


def check_value(name: str, value: Any, declared: Setting, origin: str) -> Any:
    """Return the value, a list as a tuple; raises `ConfigError` if it breaks a rule or is not of the default's type."""
    if declared.parse:
        return declared.parse(name, value, origin)
    typed: Any = tuple(value) if isinstance(value, list) else value
    remedy = _find_remedy(typed, declared)
    if remedy:
        raise build_error(name, value, origin, remedy)
    if declared.check:
        declared.check(name, typed, origin)
    return typed


def _find_remedy(value: Any, declared: Setting) -> str:
    """Return the remedy for a value of a wrong type, or outside its bounds, choices or form; empty if all is well."""
    if type(value) is not type(declared.default):
        listed = declared.form_words if declared.form_words.startswith("a list") else ""
        return f"it must be {listed or KINDS[type(declared.default)]}"
    if declared.bounds and not declared.bounds[0] <= value <= declared.bounds[1]:
        return f"set a whole number from {declared.bounds[0]} to {declared.bounds[1]}"
    if declared.choices and value not in declared.choices:
        return f"choose one of {', '.join(map(str, declared.choices))}"
    if declared.form and not re.fullmatch(declared.form, value):
        return f"use {declared.form_words}"
    return ""


def check_suffix(suffix: Any, declared: Setting, origin: str, known: Iterable[str] = ()) -> None:
    """Raise `ConfigError` if the suffix is malformed or unknown.

    It is unknown if some suffixes are known, it is none of them, and it is not a pull request's. For example, if
    `dev` and `prod` are known, `pr12` passes and `test` does not; if none is known, both pass.
    """
    if not isinstance(suffix, str) or not re.fullmatch(declared.form, suffix):
        raise ConfigError(f"the environment suffix {suffix!r} in {origin} is malformed: use {declared.form_words}")
    listed = sorted(known)
    if listed and suffix not in listed and not EPHEMERAL.fullmatch(suffix):
        raise ConfigError(
            f"the environment suffix {suffix!r} in {origin} is unknown: add it to 'environments' in cdktf.json's "
            f"context (known: {', '.join(listed)}; pr<number> needs no entry)"
        )


def check_concurrency(reserved: int, mapping: int, account: int) -> None:
    """Raise `ConfigError` if the work queue may use as many copies of the function as there can be, or more.

    Lambda would then receive messages that no copy can take. Each time counts as a delivery, so that healthy ranges
    end in the dead-letter queue unread. There can be as many as are reserved; if none are (-1), as many
    as the account may run. 0 passes, because it stops the function.

    Raises it too if Lambda would refuse the reservation, which it does after it has created the function: 100 of the
    account stay for functions without one (AWS Lambda API Reference, PutFunctionConcurrency).
    """
    if reserved > max(0, account - MIN_UNRESERVED):
        raise ConfigError(
            f"reserved_concurrency is {reserved} and account_concurrency {account}: Lambda leaves {MIN_UNRESERVED} of "
            f"the account to functions that reserve nothing, and would refuse it; set account_concurrency to at least "
            f"{reserved + MIN_UNRESERVED} if that is the account's quota, or reserved_concurrency to -1"
        )
    if reserved < 0 and mapping >= account:
        raise ConfigError(
            f"mapping_concurrency is {mapping} and account_concurrency {account}: healthy ranges would be "
            f"dead-lettered unread; set mapping_concurrency to at most {account - 1}, or account_concurrency to the "
            "account's quota of concurrent executions if that is more"
        )
    if 0 < reserved <= mapping:
        raise ConfigError(
            f"reserved_concurrency is {reserved} and mapping_concurrency {mapping}: healthy ranges would be "
            f"dead-lettered unread; set reserved_concurrency to at least {mapping + 1}, or mapping_concurrency lower"
        )


def check_protection(suffix: str, *, protect: bool, force_destroy: bool) -> None:
    """Raise `ConfigError` if an environment is protected and may be destroyed with all that it holds, too."""
    if protect and force_destroy:
        raise ConfigError(
            f"protect and force_destroy are both true for {suffix!r}: set protect to false in 'environments.{suffix}' "
            "of cdktf.json's context if the environment is to be destroyed with all that it holds, else force_destroy"
        )


def check_workspace(workspace: str, backend: str) -> None:
    """Raise `ConfigError` if Terraform would use the state of a workspace, which only Terraform Cloud has here."""
    if workspace and backend != "cloud":
        raise ConfigError(
            f"TF_WORKSPACE is {workspace!r} and backend {backend!r}: Terraform would begin another state of the same "
            "environment; unset it, and choose the environment by STACK_NAME_SUFFIX"
        )


def check_endings(name: str, endings: tuple[Any, ...], origin: str) -> None:
    """Raise `ConfigError` if the endings are malformed, too many, or overlap.

    S3 refuses two rules that could match the same key: `.json` and `.app.json` overlap, `.json` and `.log` do not.
    """
    if not 1 <= len(endings) <= MAX_ENDINGS or not all(isinstance(ending, str) and ending for ending in endings):
        raise build_error(name, list(endings), origin, f'list 1 to {MAX_ENDINGS} key endings, such as ".log"')
    for position, ending in enumerate(endings):
        if "${" in ending or "%{" in ending:
            raise build_error(name, ending, origin, "Terraform would expand it: leave out what begins with ${ or %{")
        for other in endings[:position] + endings[position + 1 :]:
            if ending.endswith(other):
                raise ConfigError(
                    f"{name} in {origin} holds {other!r} and {ending!r}, and S3 refuses endings that overlap: "
                    f"drop {ending!r}"
                )


def check_known_services(name: str, services: tuple[Any, ...], origin: str) -> None:
    """Raise `ConfigError` if a log service is unknown or named twice."""
    for position, service in enumerate(services):
        if not isinstance(service, str) or service not in LOG_SERVICES:
            raise build_error(name, service, origin, f"choose from {', '.join(LOG_SERVICES)}")
        if service in services[:position]:
            raise build_error(name, service, origin, "name it once")


def check_services(name: str, services: tuple[Any, ...], origin: str) -> None:
    """Raise `ConfigError` if a log service is unknown, named twice, or cannot deliver into the stack's own bucket."""
    check_known_services(name, services, origin)
    for service in services:
        if refusal := LOG_SERVICES[service].refusal:
            raise ConfigError(f"{name} in {origin} has {service!r}: {refusal}")


def check_keys(name: str, services: Iterable[str], keys_name: str, kms_keys: Iterable[str]) -> None:
    """Raise `ConfigError` if a log service encrypts what it delivers by a key that the function may not use."""
    for service in services:
        if LOG_SERVICES[service].needs_kms_key and not kms_keys:
            raise ConfigError(
                f"{name} has {service!r}, which encrypts what it delivers by a KMS key of yours: set "
                f"{keys_name} to the ARN of that key"
            )


def check_texts(pattern: str, words: str) -> Callable[[str, Any, str], None]:
    """Return the check of a list of texts, each of which `pattern` matches whole."""

    def check(name: str, texts: tuple[Any, ...], origin: str) -> None:
        for text in texts:
            if not isinstance(text, str) or not re.fullmatch(pattern, text):
                raise build_error(name, text, origin, f"list {words}")

    return check


def build_error(name: str, value: Any, origin: str, remedy: str) -> ConfigError:
    """Return the error of a value that cannot be used."""
    return ConfigError(f"{name} in {origin} is {value!r}: {remedy}")
