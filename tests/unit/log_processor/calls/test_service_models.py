"""A client's models are read faster, and are those that botocore reads."""

import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.session import Session, get_session
from log_processor.calls.service_models import SERVICES, hasten_models

REGION = "eu-central-1"


@pytest.fixture
def session() -> Session:
    """Return a session whose models are read faster."""
    session = get_session()
    hasten_models(session)
    return session


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_has_the_model_that_botocore_reads(session: Session, service: str) -> None:
    """Calls, endpoints and pages of results are described by the same models."""
    ours, theirs = session.create_client(service, REGION), get_session().create_client(service, REGION)
    assert ours.meta.service_model.operation_names == theirs.meta.service_model.operation_names
    assert ours.meta.endpoint_url == theirs.meta.endpoint_url
    for type_name in ("service-2", "endpoint-rule-set-1", "paginators-1"):
        loaded: list[Any] = [
            one.get_component("data_loader").load_service_model(service, type_name) for one in (session, get_session())
        ]
        assert loaded[0] == loaded[1]


def test_a_model_of_a_service_that_is_not_called_is_refused(session: Session) -> None:
    """The function makes no client of it."""
    with pytest.raises(UnknownServiceError, match="'ec2'"):
        session.create_client("ec2", REGION)


def test_the_folders_of_other_services_are_not_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look into all of them took longer than to read the models."""
    folders: list[str] = []
    list_folder = os.listdir

    def list_noted(path: str) -> list[str]:
        folders.append(Path(path).name)
        return list_folder(path)

    monkeypatch.setattr(os, "listdir", list_noted)
    session.create_client("dynamodb", REGION)
    assert set(folders) <= {*SERVICES, "models", "data"}


def test_further_models_of_the_environment_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`AWS_DATA_PATH` names folders of models that botocore does not bring."""
    folder = tmp_path / "own" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text('{"metadata": {}, "operations": {}}', encoding="utf-8")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = get_session()
    hasten_models(session)
    assert "own" in session.get_available_services()
