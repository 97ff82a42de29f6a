"""Build the page on sources, `docs/sources.md`, from the table of log services."""

from pathlib import Path

from stacks.sources.log_services import LOG_SERVICES, LogService

PAGE = Path(__file__).resolve().parent.parent / "sources.md"
TEMPLATE = Path(__file__).with_name("sources.in.md")
COLUMNS = ("Name", "Logs", "Writes", "Compression", "Format", "Key")


def build_page() -> str:
    """Return the page: the template with the services that may be chosen, and with those that cannot deliver."""
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    rows += [_build_cells(name, service) for name, service in LOG_SERVICES.items() if not service.refusal]
    refused = [f"- `{name}`: {service.refusal}." for name, service in LOG_SERVICES.items() if service.refusal]
    text = TEMPLATE.read_text("utf-8")
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return text.replace("<!-- SERVICES -->", table).replace("<!-- REFUSED -->", "\n".join(refused))


def _build_cells(name: str, service: LogService) -> tuple[str, ...]:
    writer = f"`{service.principal}`" if service.principal else "a role of the account"
    return (f"`{name}`", service.title, writer, service.compression, service.format, f"`{service.key}`")
