"""uv asks the index that pip is set up for, by configuration file, environment or both."""

import subprocess
import sys
from pathlib import Path

import pytest

from toolchain.index import read_pip_settings, translate_settings


@pytest.mark.parametrize(
    ("printed", "environ"),
    [
        ("global.index-url='https://a/simple'", {"UV_DEFAULT_INDEX": "https://a/simple"}),
        ("global.extra-index-url='file:///a https://b'", {"UV_INDEX": "file:///a https://b"}),
        (r"global.extra-index-url='\nfile:///a\nhttps://b'", {"UV_INDEX": "file:///a https://b"}),
        ("global.find-links='/wheels https://b/links.html'", {"UV_FIND_LINKS": "/wheels,https://b/links.html"}),
        ("install.trusted-host='a b:8080'", {"UV_INSECURE_HOST": "a b:8080"}),
        ("global.cert='/etc/ca.pem'", {"SSL_CERT_FILE": "/etc/ca.pem"}),
        ("global.client-cert='/me.pem'", {"SSL_CLIENT_CERT": "/me.pem"}),
        ("global.proxy='http://p:3128'", {"HTTP_PROXY": "http://p:3128", "HTTPS_PROXY": "http://p:3128"}),
        ("global.timeout='60'", {"UV_HTTP_TIMEOUT": "60"}),
        (":env:.default-timeout='180'", {"UV_HTTP_TIMEOUT": "180"}),
        (":env:.no-index='1'", {"UV_NO_INDEX": "true"}),
        (":env:.no-index='off'", {"UV_NO_INDEX": "false"}),
        ("global.no-cache-dir='true'", {"UV_NO_CACHE": "true"}),
        ("global.constraint='/c.txt'", {}),
        ("WARNING: a line that is no setting\n", {}),
    ],
)
def test_a_setting_of_pip_is_one_of_uv(printed: str, environ: dict[str, str]) -> None:
    """Each that says where packages come from has its counterpart; the others do not concern locked packages."""
    assert translate_settings(read_pip_settings(printed), {}) == environ


def test_the_environment_wins_over_files() -> None:
    """As pip does it: `install` over `global`, a variable over both, and what is empty counts for nothing."""
    everyone = "global.index-url='https://everyone'\nglobal.proxy='http://p'\nglobal.cert='/everyone.pem'"
    variables = ":env:.index-url='https://variable'\n:env:.proxy=''"
    printed = f"{variables}\n{everyone}\ninstall.cert='/install.pem'"
    settings = read_pip_settings(printed)
    assert settings == {"index-url": "https://variable", "proxy": "http://p", "cert": "/install.pem"}


@pytest.mark.parametrize(
    ("printed", "environ", "expected"),
    [
        ("", {"REQUESTS_CA_BUNDLE": "/r.pem", "CURL_CA_BUNDLE": "/c.pem"}, "/r.pem"),
        ("", {"CURL_CA_BUNDLE": "/c.pem", "SSL_CERT_FILE": "/s.pem"}, "/c.pem"),
        ("global.cert='/p.pem'", {"REQUESTS_CA_BUNDLE": "/r.pem"}, "/p.pem"),
    ],
)
def test_pip_and_uv_trust_the_same(printed: str, environ: dict[str, str], expected: str) -> None:
    """The variables that pip takes its certificates from count for uv too, after pip's own setting."""
    assert translate_settings(read_pip_settings(printed), environ)["SSL_CERT_FILE"] == expected


def test_what_pip_prints_is_read(tmp_path: Path) -> None:
    """The text is that of pip itself, for a file with several lines and a quote, and for a variable."""
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nextra-index-url =\n    https://a/o'b\n    https://c\n[install]\nfind-links = /wheels\n"
    )
    environ = {"PIP_CONFIG_FILE": str(config), "PIP_FIND_LINKS": "/others", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    printed = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    settings = read_pip_settings(printed)
    assert settings["extra-index-url"].split() == ["https://a/o'b", "https://c"]
    assert settings["find-links"] == "/others"
