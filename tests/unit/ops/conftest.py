"""The operator's commands meet what a function has done, against the same in-process services."""

from tests.unit.log_processor.conftest import endpoint, stack

__all__ = ["endpoint", "stack"]
