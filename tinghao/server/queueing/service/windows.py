"""Windows and the shifts of clerks: open, close, pause, another profile."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete

from tinghao.basics.clock import hall_day
from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.models import WindowProfile
from tinghao.server.queueing.service import record
from tinghao.server.store import Work
from tinghao.server.store.upsert import upsert

Json = dict[str, Any]
Shift = Any
"""A row of `statements.SHIFT`."""


def open_window(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int, move: bool = False
) -> Json:
    """Begins the clerk's shift at a window; doing it again changes nothing. `move` ends his shift at another window first.

    Raises `NoSuchWindow`, `WindowTaken`, `OpenElsewhere`, and `WindowBusy` when a visitor is still at the other window.
    """
    window = window_of(hall, window_id)
    for shift in _shifts_in_the_way(work, hall, caller, window_id):
        if is_over(work, hall, shift, hall_day(now, hall.timezone)):
            # Yesterday's shift that nobody ended must not keep the window or its clerk today.
            end_shift(work, hall, caller, now, shift)
        elif shift.staff_id != caller.staff_id:
            raise problems.WindowTaken(**window_words(window.number), clerk=shift.clerk_name)
        elif shift.window_id == window_id:
            return views.shift(shift.id, window_id, shift.opened_at)
        elif not move:
            raise problems.OpenElsewhere(**window_words(hall.windows[shift.window_id].number))
        else:
            require_free(work, shift.window_id)
            end_shift(work, hall, caller, now, shift)
    row: Json = {
        "hall_id": hall.id,
        "window_id": window_id,
        "staff_id": caller.staff_id,
        "clerk_name": caller.name,
        "skills": list(caller.skills),
        "opened_at": now,
        "wants_next": False,
        "turns": {},
    }
    shift_id = statements.INSERT_SHIFT.one(work.connection, row).id
    _begin_shift_interval(work, shift_id, now, "open")
    _tell_window(work, hall, caller, now, "window.opened", window_id)
    return views.shift(shift_id, window_id, now)


def close_window(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> Json:
    """Ends the clerk's shift; not while a visitor is called or being served there."""
    shift = own_shift(work, hall, caller, window_id)
    require_free(work, window_id)
    end_shift(work, hall, caller, now, shift)
    return {}


def pause(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int, reason: str) -> Json:
    """The clerk calls nobody for a while; not while a visitor is at the window. Returns the window."""
    shift = own_shift(work, hall, caller, window_id)
    require_free(work, window_id)
    if shift.pause_reason == reason:
        return views.window_now(work.connection, hall, window_id, now)
    set_shift(work, shift, pause_reason=reason, wants_next=False)
    _begin_shift_interval(work, shift.id, now, "paused", reason)
    return _tell_window(work, hall, caller, now, "window.paused", window_id)


def unpause(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> Json:
    """The clerk is back. Returns the window."""
    shift = own_shift(work, hall, caller, window_id)
    if shift.pause_reason is None:
        return views.window_now(work.connection, hall, window_id, now)
    set_shift(work, shift, pause_reason=None)
    _begin_shift_interval(work, shift.id, now, "open")
    return _tell_window(work, hall, caller, now, "window.resumed", window_id)


def set_profile(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    window_id: int,
    profile: str | None,
    minutes: int | None,
    reason: str | None,
) -> Json:
    """Gives a window a profile by hand, for some minutes or until it is taken back (None). Returns the window."""
    window_of(hall, window_id)
    if profile is None:
        work.connection.execute(delete(WindowProfile).where(WindowProfile.window_id == window_id))
    else:
        if profile not in {each.code for each in hall.rules.profiles}:
            raise problems.NoSuchProfile
        values: Json = {
            "profile": profile,
            "actor": caller.actor,
            "reason": reason,
            "set_at": now,
            "until": now + timedelta(minutes=minutes) if minutes else None,
        }
        row = {"window_id": window_id, **values}
        work.connection.execute(upsert(WindowProfile, row, keys=("window_id",), change=values))
    return tell_profile(work, hall, caller, now, window_id)


# What other use cases ask of windows


def own_shift(work: Work, hall: HallFacts, caller: Caller, window_id: int) -> Shift:
    """The caller's own open shift at the window, retired or not; raises `NoSuchWindow` or `WindowNotYours`."""
    if window_id not in hall.windows:
        raise problems.NoSuchWindow
    shift = shift_at(work, hall, window_id)
    if shift is None or shift.staff_id != caller.staff_id:
        raise problems.WindowNotYours
    return shift


def shift_at(work: Work, hall: HallFacts, window_id: int) -> Shift | None:
    """The open shift at a window, if any."""
    row = {"at_window": window_id, "of_hall": hall.id}
    return statements.SHIFT.first(work.connection, row)


def shift_of(work: Work, hall: HallFacts, caller: Caller) -> Shift | None:
    """The open shift of the caller in this hall, if any."""
    found = statements.SHIFT_OF.first(work.connection, {"by_staff": caller.staff_id})
    return found if found and found.window_id in hall.windows else None


def is_over(work: Work, hall: HallFacts, shift: Shift, today: date) -> bool:
    """Whether an open shift is of an earlier day, or at a retired window, and no visitor of today is there any more."""
    if hall_day(shift.opened_at, hall.timezone) >= today and not hall.windows[shift.window_id].retired:
        return False
    at = ticket_at(work, shift.window_id)
    return at is None or at["day"] < today


def set_shift(work: Work, shift: Shift, **values: Any) -> None:
    """Gives some columns of a shift new values."""
    statements.set_shift(*values).run(work.connection, {"shift": shift.id, **values})


def end_shift(work: Work, hall: HallFacts, caller: Caller, now: datetime, shift: Shift) -> None:
    """Ends a shift and tells it."""
    statements.END_SHIFT_INTERVAL.run(work.connection, {"shift": shift.id, "now": now})
    statements.END_SHIFT.run(work.connection, {"shift": shift.id, "now": now})
    _tell_window(work, hall, caller, now, "window.closed", shift.window_id)


def tell_profile(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> Json:
    """The window serves other lines now. Returns the window."""
    return _tell_window(work, hall, caller, now, "window.profile", window_id)


def ticket_at(work: Work, window_id: int) -> Mapping[str, Any] | None:
    """The ticket called to or served at a window, if any."""
    found = statements.AT_WINDOW.first(work.connection, {"at_window": window_id})
    return found._asdict() if found else None


def require_ready(hall: HallFacts, shift: Shift) -> None:
    """Raises `WindowPaused`, or `NoSuchWindow` when the window has been retired, which screens no longer show."""
    window_of(hall, shift.window_id)
    if shift.pause_reason is not None:
        raise problems.WindowPaused


def require_free(work: Work, window_id: int) -> None:
    """Raises `WindowBusy` while a visitor is called to or served at the window."""
    if ticket_at(work, window_id):
        raise problems.WindowBusy


def window_of(hall: HallFacts, window_id: int) -> Any:
    """The window; raises `NoSuchWindow` if it is not of this hall, or retired."""
    found = hall.windows.get(window_id)
    if found is None or found.retired:
        raise problems.NoSuchWindow
    return found


def window_words(number: int) -> dict[str, str]:
    """A window's names, as problems fill them in."""
    names = views.window_names(number)
    return {"window": names["name"], "window_en": names["name_en"]}


def _shifts_in_the_way(work: Work, hall: HallFacts, caller: Caller, window_id: int) -> list[Shift]:
    found = [shift_at(work, hall, window_id), shift_of(work, hall, caller)]
    return list({shift.id: shift for shift in found if shift}.values())


def _begin_shift_interval(
    work: Work, shift_id: int, now: datetime, state: str, reason: str | None = None
) -> None:
    statements.END_SHIFT_INTERVAL.run(work.connection, {"shift": shift_id, "now": now})
    row = {"shift_id": shift_id, "state": state, "reason": reason, "began_at": now, "ended_at": None}
    statements.INSERT_SHIFT_INTERVAL.run(work.connection, row)


def _tell_window(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, kind: str, window_id: int
) -> Json:
    window = views.window_now(work.connection, hall, window_id, now)
    record.happened(work, caller, now, kind, window=window)
    return window
