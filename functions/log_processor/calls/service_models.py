"""Read botocore's models of services in a third of the time that botocore takes; they are half of a client's making.

botocore parses them with pairs of members, and first looks into the folders of all of AWS's services for those it has.
"""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

SERVICES = ("dynamodb", "s3", "secretsmanager", "sqs")
"""The services that the function calls."""
READ: dict[str, Callable[[Path], bytes]] = {
    ".json": Path.read_bytes,
    ".json.gz": lambda path: gzip.decompress(path.read_bytes()),
}
"""How the files of models are read, by their endings."""


def hasten_models(session: Session) -> None:
    """Let the clients of a session read their models faster, unless `AWS_DATA_PATH` names further ones."""
    if session.get_config_variable("data_path") is None:
        session.register_component("data_loader", _ServiceModels(file_loader=_ModelFiles()))


class _ModelFiles(JSONFileLoader):
    """Reads the files of models."""

    def load_file(self, file_path: str) -> Any:
        """Return the content of a file, whose path has no ending; None if there is no such file."""
        for ending, read in READ.items():
            path = Path(f"{file_path}{ending}")
            if path.is_file():
                return orjson.loads(read(path))
        return None


class _ServiceModels(Loader):
    """The models of the services that the function calls."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the names of those services that have a model of a type."""
        return [name for name in SERVICES if self._has_model(name, type_name)]

    def _has_model(self, service: str, type_name: str) -> bool:
        try:
            return bool(self.list_api_versions(service, type_name))
        except DataNotFoundError:
            return False
