"""HTTP face of the stations."""

from typing import Annotated, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tinghao.server.access import STATIONS
from tinghao.server.access.http import allow, caller, now, store
from tinghao.server.devices import service

blueprint = APIBlueprint("devices", __name__, tag="Stations")

Text = Annotated[str, StringConstraints(max_length=200)]


class DeviceReport(BaseModel):
    """How one device of a station is."""

    model_config = ConfigDict(extra="forbid")
    family: Text
    address: Text
    state: Literal["absent", "opening", "ready", "faulty"]
    reason: Text | None = None


class Heartbeat(BaseModel):
    """A station's sign of life."""

    model_config = ConfigDict(extra="forbid")
    devices: Annotated[list[DeviceReport], Field(max_length=50)]


@blueprint.post("/stations/heartbeat")
@blueprint.output({}, 204)
@blueprint.input(Heartbeat, arg_name="report")
@allow(*STATIONS)
def heartbeat(report: Heartbeat) -> tuple[str, int]:
    """Tells that the calling station is there and how its devices are."""
    at, who = now(), caller()
    devices = [device.model_dump() for device in report.devices]
    store().write(lambda work: service.heartbeat(work, who, at, devices))
    return "", 204
