"""Build the page on sources, `docs/sources.md`, from the table of log services."""

from collections.abc import Iterable
from pathlib import Path

from stacks.sources.log_service import LogService
from stacks.sources.log_services import LOG_SERVICES

PAGE = Path(__file__).resolve().parent.parent / "sources.md"
TEMPLATE = Path(__file__).with_name("sources.in.md")
COLUMNS = ("Name", "Logs", "Writes", "Compression", "Format", "Needs", "Key")


def build_page() -> str:
    """Return the page: the template with the services that may be chosen, and with those that cannot deliver."""
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    rows += [_build_cells(name, service) for name, service in LOG_SERVICES.items() if not service.refusal]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    parts = {
        "SERVICES": table,
        "REFUSED": "\n".join(f"- `{name}`: {one.refusal}." for name, one in LOG_SERVICES.items() if one.refusal),
        "PAGES": "\n".join(f"- `{name}`: {one.page}." for name, one in LOG_SERVICES.items()),
        "ADDED": _join_names(name for name, one in LOG_SERVICES.items() if one.adds_statements),
        "GUESSED": _join_names(name for name, one in LOG_SERVICES.items() if not one.is_key_documented),
    }
    text = TEMPLATE.read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _build_cells(name: str, service: LogService) -> tuple[str, ...]:
    writer = f"`{service.principal}`" if service.principal else "a role of the account"
    key = f"`{service.key}`"
    return (
        f"`{name}`",
        service.title,
        writer,
        service.compression,
        service.format,
        service.describe_needs() or "nothing more",
        key,
    )
