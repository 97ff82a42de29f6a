"""The configuration of one environment: each setting is declared once, read from context and environment, checked."""

from stacks.config.context import read_context
from stacks.config.declared import Config
from stacks.config.reading import load
from stacks.config.rules import ConfigError

__all__ = ["Config", "ConfigError", "load", "read_context"]
