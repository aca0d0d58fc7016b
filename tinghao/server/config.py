"""The server's settings, from a TOML file and the environment (`TINGHAO_…`), checked at start."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tinghao.basics.settings import read_settings
from tinghao.server.store import DatabaseAddress

SHORTEST_SECRET = 32


class DemoSettings(BaseModel):
    """What the start page of a demo shows: its doors."""

    model_config = ConfigDict(extra="forbid")
    kiosk: str
    workbench: str
    board_token: str
    window_token: str
    counter_token: str
    desk_token: str
    clerks: list[str]
    guide: str
    manager: str
    password: str


class ServerConfig(BaseSettings):
    """Settings of one server process."""

    model_config = SettingsConfigDict(env_prefix="TINGHAO_", extra="forbid")
    database: Annotated[InstanceOf[DatabaseAddress], NoDecode, BeforeValidator(DatabaseAddress.of)] = Field(
        description="A SQLite file, or postgresql://USER:PASSWORD@HOST/NAME"
    )
    redis: Annotated[str, Field(pattern=r"^(rediss?|unix)://")] | None = Field(
        None, description="redis://… through which several server processes tell each other what happened"
    )
    secret: Annotated[str, Field(min_length=SHORTEST_SECRET)] = Field(
        description="Keys the digests of ID numbers; keep it apart from the database and never change it"
    )
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: str = Field(
        "", description="The server's address as visitors' phones reach it, for the QR code on tickets"
    )
    allowed_origins: list[str] = Field(
        default=[], description="Other web origins whose pages may open the live stream"
    )
    demo: DemoSettings | None = None


def read_config(path: Path | None) -> ServerConfig:
    """Reads the settings; the environment fills in what the file leaves out. `ConfigError` names every fault."""
    return read_settings(path, lambda values: ServerConfig(**values))
