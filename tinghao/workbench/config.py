"""What the workbench is told: one TOML file, checked before anything starts."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tinghao.basics.settings import read_settings


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Section):
    """`[workbench]`: where it listens, and the pages it links to."""

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    kiosk: str = ""
    server: str = ""


class Devices(_Section):
    """`[devices]`: where the kiosk finds its devices; one of each other family is plugged in in `folder`, if given."""

    card_reader: Path
    scanner: Path
    printer: str
    folder: Path | None = None

    @field_validator("printer")
    @classmethod
    def _is_host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError("write it as host:port, such as 127.0.0.1:9100")
        return value

    @property
    def printer_at(self) -> tuple[str, int]:
        """The printer's host and port."""
        host, _, port = self.printer.rpartition(":")
        return host, int(port)


class WorkbenchConfig(_Section):
    """The whole file."""

    workbench: Place
    devices: Devices


def load(path: Path) -> WorkbenchConfig:
    """Reads and checks the file."""
    return read_settings(path, WorkbenchConfig.model_validate)
