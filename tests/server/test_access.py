"""Who may do what: stations, clerks, other halls."""

import re

import pytest

from tests.server.conftest import PASSWORD, Server
from tinghao.server.access import STAFF, STATIONS
from tinghao.server.devices import service as devices
from tinghao.server.hall.views import hall_id_of
from tinghao.server.staff import service as staff

EVERYBODY = {*STATIONS, *STAFF}
WINDOW_VERBS = (
    ("POST", "shift"),
    ("DELETE", "shift"),
    ("POST", "next"),
    ("POST", "store-next"),
    ("DELETE", "store-next"),
    ("POST", "serve"),
    ("POST", "pause"),
    ("POST", "unpause"),
)
TICKET_VERBS = (
    "call",
    "recall",
    "undo",
    "start",
    "finish",
    "no-show",
    "call-back",
    "hold",
    "resume",
    "transfer",
    "matter",
    "priority",
    "cancel",
)
CALLS: dict[str, set[str]] = {
    "GET /hall": EVERYBODY,
    "GET /matters": {"kiosk", "counter", "desk", *STAFF},
    "GET /snapshot": EVERYBODY,
    "GET /events": EVERYBODY,
    "POST /tickets": {"kiosk", *STAFF},
    "POST /tickets/1/prints": {"kiosk", *STAFF},
    "POST /sessions": {"counter", "desk"},
    "DELETE /sessions/current": set(STAFF),
    "GET /lines": EVERYBODY,
    "PUT /windows/1/profile": {"guide", "manager"},
    **{f"{method} /windows/1/{verb}": set(STAFF) for method, verb in WINDOW_VERBS},
    **{f"POST /tickets/1/{verb}": set(STAFF) for verb in TICKET_VERBS},
    "GET /windows/1/queue": set(STAFF),
    "GET /tickets": set(STAFF),
    "GET /tickets/1": set(STAFF),
    "GET /tickets/1/why": set(STAFF),
    "GET /presence": {"kiosk", "board", "desk", *STAFF},
    "POST /tickets/1/reprint": {"kiosk", *STAFF},
    "GET /stations/printers": set(STAFF),
    "GET /stations/prints": {"kiosk"},
    "POST /stations/prints/1": {"kiosk"},
    "POST /stations/heartbeat": set(STATIONS),
}
BODIES = {
    "/tickets": {"matter": "x"},
    "/tickets/1/prints": {"outcome": "printed"},
    "/sessions": {"username": "x", "password": "y"},
    "/stations/heartbeat": {"devices": []},
    "/stations/prints/1": {"outcome": "printed"},
    "/windows/1/profile": {"profile": None},
    "/windows/1/serve": {"matter": "x"},
    "/windows/1/pause": {"reason": "x"},
    "/tickets/1/hold": {"reason": "x"},
    "/tickets/1/matter": {"matter": "x"},
    "/tickets/1/priority": {"priority": "x", "reason": "x"},
}
PUBLIC = {
    "/api/v1/tickets/by-slug/{slug}",
    "/api/v1/tickets/by-slug/{slug}/cancel",
    "/api/v1/public/{hall_code}/matters",
    "/api/v1/public/{hall_code}/tickets",
}


@pytest.mark.parametrize("call", CALLS)
def test_only_the_named_roles_may_call(server: Server, call: str) -> None:
    method, path = call.split()
    tokens = {
        **server.tokens["hengnan"],
        "clerk": server.clerk(),
        "guide": server.log_in("guide"),
        "manager": server.log_in("manager", station="desk"),
    }
    for role, token in tokens.items():
        status = server.ask(method, path, token, BODIES.get(path)).status_code
        assert (status == 403) == (role not in CALLS[call]), f"{role}: {status}"
    for nobody in (None, "", "st_wrong", "cs_wrong", "xx"):
        answer = server.ask(method, path, nobody, BODIES.get(path))
        assert (answer.status_code, answer.json["code"]) == (401, "not-known")


def test_every_call_of_the_api_is_in_the_table_above(server: Server) -> None:
    described = server.app.test_client().get("/openapi.json").json
    assert described is not None
    found = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in described["paths"].items()
        for method in methods
        if path not in PUBLIC
    }
    assert {re.sub(r"{\w+}", "1", call) for call in found} == set(CALLS)


def test_a_hall_is_closed_to_another_halls_people_and_stations(server: Server) -> None:
    ticket = server.take()
    token, window = server.at_window()
    called = server.ask("POST", f"/windows/{window}/next", token).json
    stranger = server.clerk(0, "shucheng")
    for path in ("recall", "start", "finish", "no-show"):
        assert server.ask("POST", f"/tickets/{called['id']}/{path}", stranger).status_code == 404
    for method, path in (("POST", "shift"), ("DELETE", "shift"), ("POST", "next")):
        assert server.ask(method, f"/windows/{window}/{path}", stranger).status_code == 404
    assert server.ask("GET", "/snapshot", stranger).json["tickets"] == []
    assert ticket["number"] not in str(server.ask("GET", "/events?after=0", stranger).json)
    login = {"username": "clerk0", "password": PASSWORD}
    assert (
        server.ask("POST", "/sessions", server.tokens["shucheng"]["counter"], login).json["clerk"]["id"] != 1
    )


def test_a_board_sees_nothing_of_a_visitor_but_the_number(server: Server) -> None:
    server.take(identity={"source": "card", "number": "11010519491231002X", "name": "欧阳小明"})
    token, window = server.at_window()
    server.ask("POST", f"/windows/{window}/next", token)
    board = server.tokens["hengnan"]["board"]
    for path in ("/snapshot", "/events?after=0"):
        shown = str(server.ask("GET", path, board).json)
        assert "A001" in shown
        assert "欧阳" not in shown
        assert "002X" not in shown
        assert "visitor" not in shown
    assert "欧阳**" in str(server.ask("GET", "/events?after=0", token).json)


def test_a_session_tells_the_role_and_knows_the_skills(server: Server) -> None:
    hall_id = server.store.write(lambda work: hall_id_of(work.connection, "hengnan"))
    assert server.store.write(lambda work: staff.change(work, hall_id, "clerk0", "guide", ["guoyi"]))
    login = {"username": "clerk0", "password": PASSWORD}
    session = server.ask("POST", "/sessions", server.tokens["hengnan"]["desk"], login).json
    assert session["clerk"] == {"id": 1, "name": "人员0", "badge": "0", "role": "guide"}
    found = staff.caller_by_token(server.store, session["token"], server.clock())
    assert found is not None
    assert (found.role, found.skills, found.station_kind) == ("guide", ("guoyi",), "desk")
    assert server.store.write(lambda work: staff.change(work, hall_id, "clerk0", None, []))
    assert not server.store.write(lambda work: staff.change(work, hall_id, "nobody", "clerk", None))


def test_a_revoked_station_and_its_sessions_are_refused(server: Server) -> None:
    board, counter, clerk = (
        server.tokens["hengnan"]["board"],
        server.tokens["hengnan"]["counter"],
        server.clerk(),
    )
    with server.store.read() as connection:
        ids = {row.kind: row.id for row in devices.everywhere(connection) if row.hall == "hengnan"}
    for kind in ("board", "counter"):
        assert server.store.write(lambda work, kind=kind: devices.revoke(work, ids[kind], server.clock()))
        assert not server.store.write(lambda work, kind=kind: devices.revoke(work, ids[kind], server.clock()))
    server.clock.forward(seconds=1)
    for token in (board, counter, clerk):
        assert server.ask("GET", "/hall", token).status_code == 401
    assert server.ask("GET", "/hall", server.tokens["hengnan"]["kiosk"]).status_code == 200


def test_a_session_ends_by_logging_out_and_by_itself(server: Server) -> None:
    one, two = server.clerk(0), server.clerk(1)
    assert server.ask("DELETE", "/sessions/current", one).status_code == 204
    server.clock.forward(seconds=1)
    assert server.ask("GET", "/hall", one).status_code == 401
    server.clock.forward(hours=12)
    assert server.ask("GET", "/hall", two).status_code == 401


def test_wrong_passwords_lock_the_account_for_a_while(server: Server) -> None:
    counter = server.tokens["hengnan"]["counter"]

    def attempt(password: str, username: str = "clerk0") -> tuple[int, str]:
        answer = server.ask("POST", "/sessions", counter, {"username": username, "password": password})
        return answer.status_code, answer.json.get("code", "")

    assert attempt("wrong", "nobody-of-ours") == (401, "login-refused")
    for _ in range(5):
        assert attempt("wrong") == (401, "login-refused")
    assert attempt(PASSWORD) == (429, "account-locked")
    server.clock.forward(minutes=15)
    assert attempt(PASSWORD)[0] == 201


def test_neither_tokens_nor_passwords_are_kept_in_the_clear(server: Server) -> None:
    clerk = server.clerk()
    server.store.close()
    kept = server.everything_kept()
    for secret in (clerk, PASSWORD, *server.tokens["hengnan"].values()):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_heartbeat_is_remembered(server: Server) -> None:
    report = {
        "devices": [{"family": "printer", "address": "tcp://x:9100", "state": "faulty", "reason": "缺纸"}]
    }
    assert (
        server.ask("POST", "/stations/heartbeat", server.tokens["hengnan"]["kiosk"], report).status_code
        == 204
    )
    with server.store.read() as connection:
        seen = {row.kind: row.seen_at for row in devices.everywhere(connection) if row.hall == "hengnan"}
    assert seen["kiosk"] == server.clock()
    assert seen["board"] is None
