"""What a kiosk is told about itself: one TOML file, checked before anything starts."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationInfo, field_validator, model_validator

from tinghao.basics.hall_codes import SHORTEST_KEY
from tinghao.basics.settings import read_settings
from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.card_reader import CardReader
from tinghao.drivers.printer import Printer
from tinghao.drivers.printer.profiles import DEFAULT, PROFILES, Profile, profile
from tinghao.drivers.scanner import Model, Scanner, Suffix

Seconds = Annotated[int, Field(ge=1, le=3600)]

DRIVERS: dict[str, type[Driver]] = {"card_reader": CardReader, "scanner": Scanner, "printer": Printer}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Section):
    """`[kiosk]`: where the agent listens, whom it talks to, where it keeps its cache."""

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    server: str
    token: str = Field(min_length=1, repr=False)
    data: Path

    @field_validator("server")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        HttpUrl(value)
        return value.rstrip("/")


class Devices(_Section):
    """`[devices]`: the address of each; one that is left out is not fitted."""

    card_reader: str | None = None
    scanner: str | None = None
    printer: str | None = None

    @field_validator("card_reader", "scanner", "printer")
    @classmethod
    def _is_an_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None:
            DRIVERS[str(info.field_name)].check(Address.parse(value))
        return value


class Times(_Section):
    """`[times]` in seconds: how long each screen waits for a touch, and how long before its end it warns."""

    choosing: Seconds = 90
    taking: Seconds = 60
    ticket: Seconds = 20
    place: Seconds = 20
    notice: Seconds = 20
    retry: Seconds = 3
    heartbeat: Seconds = 5
    warning: Annotated[int, Field(ge=20, le=600)] = 20

    @model_validator(mode="after")
    def _every_limit_leaves_room_for_its_warning(self) -> "Times":
        for screen in ("choosing", "taking", "ticket", "place"):
            if getattr(self, screen) < self.warning:
                raise ValueError(f"{screen} must not be shorter than warning ({self.warning} s)")
        return self

    def limit(self, name: str) -> timedelta:
        """One of the times as a span."""
        return timedelta(seconds=getattr(self, name))


class ScannerSettings(_Section):
    """`[scanner]`: as it is set in the scanner itself."""

    suffix: Suffix = "cr"
    model: Model = "plain"


class PrinterSettings(_Section):
    """`[printer]`: which kind it is, and a folder with the hall's own papers; steps and seconds are for presenters."""

    profile: str = DEFAULT
    present_steps: Annotated[int, Field(ge=0, le=255)] | None = None
    take_within: Annotated[int, Field(ge=0, le=3600)] | None = None
    templates: Path | None = None

    @field_validator("profile")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in PROFILES:
            raise ValueError(f"must be one of {', '.join(PROFILES)}")
        return value

    def chosen(self) -> Profile:
        """The profile with what the technician found out."""
        return profile(self.profile, present_steps=self.present_steps, take_within=self.take_within)


class Codes(_Section):
    """`[codes]`: the keys of our own signed codes, and who is asked about codes that only their issuer can read."""

    keys: tuple[Annotated[str, Field(min_length=SHORTEST_KEY)], ...] = Field(default=(), repr=False)
    resolver: str | None = None
    token: str = Field(default="", repr=False)

    @model_validator(mode="after")
    def _a_resolver_has_an_address_and_a_token(self) -> "Codes":
        if self.resolver is not None:
            HttpUrl(self.resolver)
            if not self.token:
                raise ValueError("a resolver needs a token")
        return self


class KioskConfig(_Section):
    """The whole file."""

    kiosk: Place
    devices: Devices = Devices()
    scanner: ScannerSettings = ScannerSettings()
    printer: PrinterSettings = PrinterSettings()
    codes: Codes = Codes()
    times: Times = Times()


def load(path: Path) -> KioskConfig:
    """Reads and checks the file; folders are relative to it."""
    config = read_settings(path, KioskConfig.model_validate)
    kiosk = config.kiosk.model_copy(update={"data": (path.parent / config.kiosk.data).resolve()})
    printer = config.printer
    if printer.templates:
        printer = printer.model_copy(update={"templates": (path.parent / printer.templates).resolve()})
    return config.model_copy(update={"kiosk": kiosk, "printer": printer})
