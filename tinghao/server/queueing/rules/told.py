"""What the record tells of a ticket, and how it stood at a moment of the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tinghao.server.queueing.rules.states import State


@dataclass(frozen=True)
class Stretch:
    """A time that the ticket spent in one state, in the line of this prefix; `ended` is None while it lasts."""

    state: State
    line: str
    began: datetime
    ended: datetime | None


@dataclass(frozen=True)
class Act:
    """Something done with the ticket: by whom (a name to be shown to staff), at which window (its number), why.

    `detail["before"]` holds what it changed, as it was; a call's `detail["choice"]` how it was chosen.
    """

    verb: str
    at: datetime
    actor: str
    window: int | None = None
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def before(self) -> Mapping[str, Any]:
        """What the act changed, as it was."""
        before: Mapping[str, Any] = self.detail.get("before") or {}
        return before


@dataclass(frozen=True)
class Told:
    """A ticket as it is now, with its past: stretches and acts in the order of time.

    `skill` is what its matter needs; `to_window` (a number) and `to_staff` (a name) who alone may call it.
    """

    id: int
    label: str
    state: State
    priority: str
    place: int
    since: datetime
    issued_at: datetime
    stretches: Sequence[Stretch]
    acts: Sequence[Act] = ()
    not_before: datetime | None = None
    skill: str | None = None
    to_window: int | None = None
    to_staff: str | None = None


@dataclass(frozen=True)
class Stood:
    """How a ticket stood at a moment; `line` is a prefix, the rest as in `Told`."""

    state: State
    line: str
    priority: str
    place: int
    since: datetime
    not_before: datetime | None
    skill: str | None
    to_window: int | None
    to_staff: str | None


CHANGING = ("priority", "place", "since", "not_before", "skill", "to_window", "to_staff")
"""What `before` may tell of a ticket; instants as such or as ISO 8601. State and line are told by the stretches."""


def standing_at(ticket: Told, at: datetime, but: Act | None = None) -> Stood | None:
    """How it stood at that moment, what was done then included, except for the act `but`; None before it was taken."""
    begun = [stretch for stretch in ticket.stretches if stretch.began <= at]
    if not begun:
        return None
    last = begun[-1]
    over = last.ended is not None and last.ended <= at
    row = {name: getattr(ticket, name) for name in CHANGING}
    for act in reversed(ticket.acts):
        if act.at > at or act is but:
            row |= {name: was for name, was in act.before.items() if name in CHANGING}
    for name in ("since", "not_before"):
        if isinstance(row[name], str):
            row[name] = datetime.fromisoformat(row[name])
    return Stood(ticket.state if over else last.state, last.line, **row)


def last_call(ticket: Told) -> Act | None:
    """Its last call that was not taken back."""
    calls: list[Act] = []
    for act in ticket.acts:
        if act.verb == "call":
            calls.append(act)
        elif act.verb == "undo" and calls:
            calls.pop()
    return calls[-1] if calls else None


def last_call_until(ticket: Told, at: datetime) -> Act | None:
    """Its last call until that moment, taken back or not."""
    calls = [act for act in ticket.acts if act.verb == "call" and act.at <= at]
    return calls[-1] if calls else None


def last_change(ticket: Told, name: str, at: datetime) -> Act | None:
    """The last act until that moment that gave `name` its value; a call or its undoing decides nothing of it."""
    deciding = (act for act in ticket.acts if act.at <= at and act.verb not in ("call", "undo"))
    changes = [act for act in deciding if name in act.before]
    return changes[-1] if changes else None
