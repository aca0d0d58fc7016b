"""All that is asked of a server all day, and a long past for it: so that a statement without an index shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.server.conftest import MORNING, Server
from tinghao.server.queueing.models import (
    Alert,
    Journey,
    PrintOrder,
    Shift,
    ShiftInterval,
    Ticket,
    TicketAct,
    TicketInterval,
    TicketOutcome,
)
from tinghao.server.staff.models import StaffSession
from tinghao.server.store import Work
from tinghao.server.store.tables import EventRow, WishRow

Json = dict[str, Any]

MANY = 4_000
A_DAY = 200
EARLIER = MORNING - timedelta(days=1)
FIRST_ID = 100_000
"""Far from those that the test makes."""

CARD = {"source": "card", "number": "11010519491231002X", "name": "欧阳小明"}
THEME = "ershoufang"
UNSERVED = "shuiwu-xinxi-queren"
"""No open window takes it."""

GROWING = (
    Ticket,
    TicketInterval,
    TicketAct,
    TicketOutcome,
    Shift,
    ShiftInterval,
    Journey,
    Alert,
    PrintOrder,
    EventRow,
    WishRow,
    StaffSession,
)
"""What past days leave."""


def all_day(server: Server) -> None:
    """Every wish and every look."""
    kiosk, board = (server.tokens["hengnan"][kind] for kind in ("kiosk", "board"))
    manager = server.log_in("manager", station="desk")
    server.ask("POST", "/stations/heartbeat", kiosk, {"devices": []})
    token, window = server.at_window(3)
    other, elsewhere = server.at_window(4, 1)
    first = server.take(identity=CARD)
    assert server.refused("/tickets", kiosk, matter="fagai-touzi-beian", identity=CARD) == "already-waiting"
    for _ in range(12):
        server.take()
    _goes_through_two_lines(server)
    server.take(UNSERVED)
    _calls(server, token, window, manager)
    _moves(server, (token, window), (other, elsewhere), manager)
    _waits_for_the_next(server, token, window)
    server.post(f"/tickets/{first['id']}/reprint", manager, 201)
    [order] = server.ask("GET", "/stations/prints", kiosk).json["orders"]
    server.post(f"/stations/prints/{order['id']}", kiosk, outcome="printed")
    _look(server, first, (token, window), (manager, board, kiosk))
    server.tick()
    server.clock.forward(minutes=40)
    server.tick()
    server.clock.forward(days=1)
    server.tick()


def _goes_through_two_lines(server: Server) -> None:
    server.take(THEME)
    token, window = server.at_window(30, 2)
    ticket = _next(server, token, window)
    server.post(f"{ticket}/start", token)
    server.post(f"{ticket}/finish", token)


def _next(server: Server, token: str, window: int) -> str:
    return f"/tickets/{server.post(f'/windows/{window}/next', token)['id']}"


def _calls(server: Server, token: str, window: int, manager: str) -> None:
    for verb in ("undo", "no-show"):
        server.post(f"{_next(server, token, window)}/{verb}", token)
    ticket = _next(server, token, window)
    for verb in ("recall", "start", "finish"):
        server.post(f"{ticket}/{verb}", token)
    ticket = _next(server, token, window)
    server.post(f"{ticket}/start", token)
    following = server.post(f"{ticket}/finish", token, next=True)["next"]
    server.post(f"/tickets/{following['id']}/hold", token, reason="复印")
    server.post(f"/tickets/{following['id']}/resume", token)
    missed = _next(server, token, window)
    server.post(f"{missed}/no-show", token)
    server.post(f"{missed}/call-back", token)
    server.post(f"{missed}/call", token)
    server.post(f"{missed}/no-show", token)
    assert server.refused(f"{missed}/start", manager) == "wrong-state"


def _moves(server: Server, here: tuple[str, int], there: tuple[str, int], manager: str) -> None:
    token, window = here
    other, elsewhere = there
    person = server.snapshot(other)["me"]["clerk"]["id"]
    lent = _next(server, token, window)
    server.post(f"{lent}/start", token)
    server.post(f"{lent}/transfer", token, window=elsewhere, **{"return": True})
    assert _next(server, other, elsewhere) == lent
    server.post(f"{lent}/start", other)
    server.post(f"{lent}/finish", other)
    moved = _next(server, token, window)
    server.post(f"{moved}/transfer", token, staff=person)
    server.post(f"{moved}/transfer", manager, line=server.line("A"), position="first")
    server.post(f"{moved}/matter", manager, matter="fagai-touzi-beian")
    server.post(f"{moved}/priority", manager, priority="priority", reason="行动不便")
    server.post(f"{moved}/cancel", manager, reason="走了")
    server.post(f"/windows/{elsewhere}/pause", other, reason="午餐")
    server.post(f"/windows/{elsewhere}/unpause", other)
    server.wish("PUT", f"/windows/{elsewhere}/profile", manager, profile="shuiwu-zhiyuan", minutes=5)
    server.ask("POST", f"/windows/{elsewhere}/next", other)


def _waits_for_the_next(server: Server, token: str, window: int) -> None:
    server.post(f"/windows/{window}/store-next", token)
    while server.snapshot(token)["windows"][2]["ticket"]:
        called = next(each for each in server.snapshot(token)["tickets"] if each["window"] == window)
        server.post(f"/tickets/{called['id']}/no-show", token)
        server.post(f"/windows/{window}/store-next", token)
    ticket = server.take()
    server.post(f"/tickets/{ticket['id']}/start", token)
    server.post(f"/tickets/{ticket['id']}/finish", token)
    server.wish("POST", f"/windows/{window}/serve", token, 201, matter="fagai-touzi-beian")


def _look(server: Server, first: Json, at: tuple[str, int], others: tuple[str, ...]) -> None:
    token, window = at
    server.ask("GET", f"/tickets/by-slug/{first['slug']}", None)
    for who in (token, *others):
        newest = server.ask("GET", "/snapshot", who).json["seq"]
        server.ask("GET", f"/events?after={newest - 3}", who)
    for path in (
        f"/windows/{window}/queue",
        "/lines",
        f"/tickets/{first['id']}",
        f"/tickets/{first['id']}/why",
        "/tickets?q=A001",
        "/tickets?q=002X",
    ):
        assert server.ask("GET", path, token).status_code == 200, path


def make_past(work: Work) -> None:
    """Copies of today's rows, and some of kinds that today has none of, long over."""
    over = {"ended_at": EARLIER}
    of_ticket = {**over, "ticket_id": lambda n: FIRST_ID + n}
    _copy(
        work,
        Ticket,
        {
            **over,
            "number": lambda n: n,
            "day": lambda n: EARLIER.date() - timedelta(days=n // A_DAY),
            "state": "finished",
            "visitor_digest": lambda n: f"{n:064x}",
            "journey_id": lambda n: FIRST_ID + n,
        },
    )
    for table in (TicketInterval, TicketAct, TicketOutcome, PrintOrder):
        _copy(work, table, {**of_ticket, "outcome": "printed"} if table is PrintOrder else of_ticket)
    _copy(work, Shift, {"closed_at": EARLIER, "wants_next": False})
    _copy(work, ShiftInterval, {**over, "shift_id": lambda n: FIRST_ID + n})
    _copy(work, Alert, over)
    _copy(work, Journey, {})
    _copy(work, StaffSession, {**over, "token_digest": lambda n: f"{n:064x}"})
    _copy(work, EventRow, {"seq": lambda n: -25 * n})
    _copy(work, WishRow, {"key": lambda n: f"earlier-{n}", "at": MORNING})


def _copy(work: Work, table: Any, changes: dict[str, Any]) -> None:
    """Adds `MANY` changed copies of one row; a change is a value, or a function of the copy's number."""
    columns = {column.name for column in table.__table__.columns}
    changes = {"id": lambda n: FIRST_ID + n, **changes}
    row = dict(work.connection.execute(select(table.__table__).limit(1)).mappings().one())
    changed = {name: change for name, change in changes.items() if name in columns}
    rows = [{**row, **{name: _of(change, n) for name, change in changed.items()}} for n in range(1, MANY + 1)]
    work.connection.execute(insert(table), rows)


def _of(change: Any | Callable[[int], Any], n: int) -> Any:
    return change(n) if callable(change) else change
