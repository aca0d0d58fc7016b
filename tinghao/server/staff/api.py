"""HTTP face of logging in and out."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from tinghao.server.access import STAFF
from tinghao.server.access.callers import StaffRole
from tinghao.server.access.http import allow, answer, caller, now, store
from tinghao.server.queueing.schemas import ShiftShown
from tinghao.server.queueing.views import shift_of
from tinghao.server.staff import service

blueprint = APIBlueprint("staff", __name__, tag="Staff")


class Login(BaseModel):
    """Name and password of a member of staff."""

    model_config = ConfigDict(extra="forbid")
    username: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class ClerkShown(BaseModel):
    """Who is logged in."""

    id: int
    name: str
    badge: str
    role: StaffRole


class SessionOpened(BaseModel):
    """A new session: its token, the clerk, the window he has open."""

    token: str
    clerk: ClerkShown
    shift: ShiftShown | None


@blueprint.post("/sessions")
@blueprint.output(SessionOpened, 201)
@blueprint.input(Login, arg_name="login")
@allow("counter", "desk")
def log_in(login: Login) -> Response:
    """Logs a member of staff in at a counter or a desk."""
    session = service.log_in(store(), caller(), now(), login.username, login.password)
    with store().read() as connection:
        shift = shift_of(connection, session.staff_id)
    clerk = {"id": session.staff_id, "name": session.name, "badge": session.badge, "role": session.role}
    return answer({"token": session.token, "clerk": clerk, "shift": shift}, 201)


@blueprint.delete("/sessions/current")
@blueprint.output({}, 204)
@allow(*STAFF)
def log_out() -> tuple[str, int]:
    """Logs the caller out; his window stays as it is."""
    at, session_id = now(), caller().session_id
    assert session_id is not None
    store().write(lambda work: service.log_out(work, session_id, at))
    return "", 204
