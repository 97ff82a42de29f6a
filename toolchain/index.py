"""Translate pip's settings into uv's environment variables, so that one configuration serves both."""

import ast
import re
from collections.abc import Mapping

SETTING = re.compile(r"(?P<section>global|install|:env:)\.(?P<name>[a-z-]+)=(?P<value>.*)")
SECTIONS = ("global", "install", ":env:")
"""From the one that gives way to the one that wins, as in pip."""
VARIABLES: tuple[tuple[str, str, str], ...] = (
    ("index-url", "UV_DEFAULT_INDEX", ""),
    ("extra-index-url", "UV_INDEX", " "),
    ("find-links", "UV_FIND_LINKS", ","),
    ("trusted-host", "UV_INSECURE_HOST", " "),
    ("cert", "SSL_CERT_FILE", ""),
    ("client-cert", "SSL_CLIENT_CERT", ""),
    ("proxy", "HTTP_PROXY", ""),
    ("proxy", "HTTPS_PROXY", ""),
    ("default-timeout", "UV_HTTP_TIMEOUT", ""),
    ("timeout", "UV_HTTP_TIMEOUT", ""),
)
"""A setting of pip, the variable of uv, and what stands between several values; pip separates them by blanks."""
SWITCHES = (("no-index", "UV_NO_INDEX"), ("no-cache-dir", "UV_NO_CACHE"))
ON = frozenset({"1", "true", "yes", "on"})
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that pip takes its certificates from if it has no setting for them; the first one wins."""


def read_pip_settings(printed: str) -> dict[str, str]:
    """Return the settings of `pip install` from what `pip config list` has printed; empty ones count for nothing."""
    by_section: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in printed.splitlines():
        if (match := SETTING.fullmatch(line)) and (value := str(ast.literal_eval(match["value"]))).strip():
            by_section[match["section"]][match["name"]] = value.strip()
    return {name: value for section in SECTIONS for name, value in by_section[section].items()}


def translate_settings(settings: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make uv ask where `pip`, with `settings` and in `environ`, would."""
    trusted = next((environ[name] for name in CERTIFICATES if environ.get(name)), None)
    values = {
        variable: separator.join(settings[name].split()) if separator else settings[name]
        for name, variable, separator in VARIABLES
        if name in settings
    }
    switches = {variable: str(settings[name].lower() in ON).lower() for name, variable in SWITCHES if name in settings}
    return ({"SSL_CERT_FILE": trusted} if trusted else {}) | values | switches
