"""Numbers on visitors' phones: nobody logs in, but a code that the hall's screens show says that the visitor is here."""

import secrets
from datetime import datetime
from typing import Annotated, Any

from flask import Response, current_app, jsonify, request
from pydantic import BaseModel, StringConstraints

from tinghao.basics.clock import iso
from tinghao.server.access import STAFF, Caller
from tinghao.server.access.http import allow, answer, caller, let_in, now, store
from tinghao.server.devices import service as devices
from tinghao.server.hall.book import book
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.views import hall_id_of
from tinghao.server.queueing import papers, problems, schemas, views
from tinghao.server.queueing.api.asking import age_of, blueprint, do, root_address, visitor_behind
from tinghao.server.queueing.rules import presence
from tinghao.server.queueing.service import moving, taking
from tinghao.server.queueing.visitors import holder_of
from tinghao.server.store import Work

COOKIE = "phone"
REMEMBERED_SECONDS = 24 * 3600


class PresenceShown(BaseModel):
    """What the hall's screens show for phones: the address for the QR code, and until when it is good."""

    code: str
    url: str
    ends: str


class TypedIdentity(schemas.Wanted):
    """Who the visitor says he is."""

    number: schemas.IdNumber
    name: schemas.Short | None = None


class NumberWanted(schemas.Wanted):
    """A number is asked for on a phone in the hall."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    matter: schemas.Short
    identity: TypedIdentity | None = None


class NumberGiven(BaseModel):
    """A number on a phone: `/t/{slug}` is its paper."""

    number: str
    slug: str


@blueprint.get("/presence")
@blueprint.output(PresenceShown)
@allow("kiosk", "board", "desk", *STAFF)
def presence_code() -> Response:
    """The code that tells who is in the hall; it changes every two minutes."""
    hall_id = caller().hall_id
    code, ends = presence.code_now(current_app.config["SECRET_KEY"], hall_id, now())
    with store().read() as connection:
        hall = book().hall(connection, hall_id)
    return jsonify(code=code, url=f"{root_address()}/take/{hall['code']}#{code}", ends=iso(ends))


@blueprint.get("/public/<hall_code>/matters")
def public_matters(hall_code: str) -> Response:
    """The hall's names and all that one may come for; answers 304 to a known ETag."""
    with store().read() as connection:
        hall_id = hall_id_of(connection, hall_code)
        hall = book().hall(connection, hall_id)
        told = {
            "hall": {"name": hall["name"], "name_en": hall["name_en"]},
            **book().matters(connection, hall_id),
        }
    found = jsonify(told)
    found.add_etag()
    found.make_conditional(request)
    return found


@blueprint.post("/public/<hall_code>/tickets")
@blueprint.output(NumberGiven, 201)
@blueprint.input(NumberWanted, arg_name="wanted")
def take_on_phone(hall_code: str, wanted: NumberWanted) -> Response:
    """Takes a number on a phone in the hall. A phone that named nobody is known by a cookie: it has one number at a time."""
    secret, at = current_app.config["SECRET_KEY"], now()
    with store().read() as connection:
        hall_id = hall_id_of(connection, hall_code)
    presence.check_presence(wanted.code, secret, hall_id, at)
    let_in(_phones_of(hall_id))
    phone = request.cookies.get(COOKIE) or secrets.token_urlsafe(18)
    typed = wanted.identity
    identity = schemas.Identity(source="hand", number=typed.number, name=typed.name) if typed else None
    visitor = visitor_behind(identity) or holder_of(phone, secret)
    pace: presence.Pace = current_app.extensions["pace"]
    halls, root = book(), root_address()

    def act(work: Work, hall: HallFacts, who: Caller, at: datetime) -> dict[str, Any]:
        pace.check(hall_id, at)
        asked = taking.Wanted(wanted.matter, visitor, age_of(identity, hall, at))
        try:
            issued = taking.issue(work, hall, who, at, asked)
        except problems.AlreadyWaiting as refusal:
            # Who typed a number of somebody else's must not be handed that person's ticket.
            held = None if identity else refusal.ticket
            refusal.ticket = held and papers.as_it_stands(work.connection, halls, hall, held, root, at)
            raise
        return {"number": issued["number"], "slug": issued["slug"]}

    given = answer(do(act), 201)
    given.set_cookie(COOKIE, phone, max_age=REMEMBERED_SECONDS, httponly=True, samesite="Strict")
    return given


@blueprint.post("/tickets/by-slug/<slug>/cancel")
@blueprint.output(schemas.PublicTicket)
def cancel_own(slug: str) -> Response:
    """Gives a number back; whoever holds its paper may."""
    with store().read() as connection:
        ticket = views.by_slug(connection, slug)
    let_in(_phones_of(ticket["hall_id"]))
    do(lambda work, hall, who, at: moving.cancel_own(work, hall, who, at, ticket["id"]))
    with store().read() as connection:
        return jsonify(views.public_ticket(connection, book(), slug, now()))


def _phones_of(hall_id: int) -> Caller:
    """All phones of a hall, as one caller."""
    at = now()
    with store().read() as connection:
        station_id = devices.phones_of(connection, hall_id)
    if station_id is None:
        station_id = store().write(lambda work: devices.add_phones(work, hall_id, at), hall_id)
    return Caller(hall_id, station_id, "phone")
