"""`ops view` says where the page is, on loopback alone, and what to do if the port is taken."""

import json
import socket

import pytest

from ops.cli import main
from ops.view import serving
from tests.unit.ops.printed import read_error


@pytest.mark.parametrize("as_json", [False, True])
def test_the_address_is_of_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    """It has the token, and stands on a line by itself before anything is served."""
    served = []
    monkeypatch.setattr(serving, "serve", lambda listener, token: served.append((listener.getsockname(), token)))
    assert main(["view", *(["--json"] if as_json else [])]) == 0
    printed = capsys.readouterr().out
    (((host, port), token),) = served
    address = json.loads(printed)["address"] if as_json else printed.rstrip()
    assert (host, address) == ("127.0.0.1", f"http://127.0.0.1:{port}/?token={token}")


def test_a_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """It names the port and the way out."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["view", "--port", str(port)]) != 0
    remedy = "Address already in use: name another one, or 0 for one that is free"
    assert read_error(capsys) == f"--port {port}: {remedy}"


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_what_is_no_port_is_one_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which numbers there are."""
    assert main(["view", "--port", port]) != 0
    assert read_error(capsys) == f"--port {port}: write a number from 1 to 65,535, or 0 for one that is free"
