"""The counter's small hall with what only the desk asks for: numbers for others, stories, printers, profiles, alerts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, jsonify, request

from tests.counter import stand_in
from tests.counter.hall_data import LONG_WAIT, MATTERS, WAIT, iso
from tests.counter.http import Answer, Http
from tinghao.desk.pages import blueprint

Json = dict[str, Any]

PROFILES = [
    {"code": "all", "name": "全部事项", "name_en": "All matters"},
    {"code": "tax-only", "name": "税务专办", "name_en": "Tax only"},
]
PRINTERS = [
    {"id": 4, "name": "1号取号机", "there": True, "seen_at": None},
    {"id": 5, "name": "2号取号机", "there": True, "seen_at": None},
    {"id": 6, "name": "3号取号机", "there": False, "seen_at": None},
]
PERSON = {"id": 9, "name": "欧阳小丽", "badge": "HN-0301"}


class DeskHall(stand_in.StandIn):
    """The hall as the desk sees it."""

    role = "guide"

    def __init__(self) -> None:
        super().__init__()
        self.app.register_blueprint(blueprint)
        DeskHttp(self).install_more()

    def reset(self) -> None:
        """As new."""
        super().reset()
        self.tokens["st_desk"] = "desk"
        self.role = "guide"
        self.alerts: list[Json] = []
        for line in self.lines:
            line["wait"] = WAIT

    def wanted(self) -> list[tuple[str, str, Json]]:
        """The wishes since the login."""
        return [(each.method, each.path, each.body) for each in self.wishes if each.path != "/sessions"]

    def aside(self, state: str) -> Json:
        """A ticket that is missed or on hold."""
        reason = "材料未带齐" if state == "held" else None
        return self.change(
            f"ticket.{state}", self.issue(), state=state, called_at=iso(datetime.now(UTC)), reason=reason
        )

    def raise_alert(self, about: str = "B") -> Json:
        """Something that somebody has to look at."""
        alert = {
            "kind": "forgotten",
            "about": about,
            "raised_at": iso(datetime.now(UTC) - timedelta(minutes=4)),
            "sentence": f"{about}队列有 3 人等候，但没有能办理的窗口开着。",
            "sentence_en": f"3 wait in line {about} and no window would call them.",
        }
        self.alerts.append(alert)
        self.happen("alert.raised", alert=alert)
        return alert

    def end_alert(self, alert: Json) -> None:
        """It is over."""
        self.alerts.remove(alert)
        self.happen("alert.ended", alert={"kind": alert["kind"], "about": alert["about"]})

    def happen(self, kind: str, **data: Any) -> None:
        """An event of the hall that is of no single ticket."""
        with self.lock:
            self.seq += 1
            event = {"seq": self.seq, "kind": kind, "at": iso(datetime.now(UTC)), **data}
            self.log.append(event)
            for sid in self.sockets:
                self.socketio.emit("events", {"events": [event]}, to=sid)

    def break_links(self) -> None:
        """Breaks all open connections; the tokens stay good."""
        for sid in list(self.sockets):
            self.app.extensions["socketio"].server.disconnect(sid)

    def picture(self, token: str) -> Json:
        """The snapshot."""
        shown = super().picture(token)
        if "tickets" not in shown:
            return shown
        settings = {**self.settings, "return_after": 3}
        return shown | {"profiles": PROFILES, "alerts": self.alerts, "settings": settings}


class DeskHttp(Http):
    """Answers for the desk's hall."""

    hall: DeskHall

    def install_more(self) -> None:
        """Adds what the counter does not ask for, and answers otherwise what the desk asks for otherwise."""
        app = self.hall.app
        for method, path, view in (
            ("GET", "/stations/printers", self.printers),
            ("POST", "/tickets", self.take),
            ("GET", "/tickets/<int:ticket_id>", self.story),
            ("POST", "/tickets/<int:ticket_id>/reprint", self.reprint),
            ("PUT", "/windows/<int:window_id>/profile", self.profile),
        ):
            app.add_url_rule(f"/api/v1{path}", view.__name__, self._guarded(view), methods=[method])
        others: list[Callable[..., Answer]] = [self.find, self.log_in]
        for view in others:
            app.view_functions[view.__name__] = self._guarded(view)

    def log_in(self) -> Answer:
        """Somebody with the role of the test."""
        answer = super().log_in()
        if isinstance(answer, tuple):
            return answer
        told: Json = answer.get_json()
        return jsonify(told | {"clerk": PERSON | {"role": self.hall.role}})

    def printers(self) -> Response:
        """The stations that print."""
        return jsonify(stations=PRINTERS)

    def take(self) -> Response:
        """A number."""
        wanted: Json = request.get_json()
        at = next(n for n, each in enumerate(MATTERS) if each["code"] == wanted["matter"])
        told = {"remark": wanted.get("remark"), "language": wanted.get("language"), "print": "pending"}
        ticket = self.hall.issue(matter=at, visitor="identity" in wanted, **told)
        place = {"zone": "无差别综合受理区", "zone_en": "Unified Zone", "floor": 1, "windows": "1–12"}
        return jsonify(ticket | place | {"ahead": 2, "wait": LONG_WAIT})

    def find(self) -> Response:
        """By number or the last four."""
        query = request.args["q"]
        found = [
            each
            for each in self.hall.tickets.values()
            if each["number"] == query or (each["visitor"] or {"tail": ""})["tail"].endswith(query)
        ]
        return jsonify(tickets=found)

    def story(self, ticket_id: int) -> Response:
        """A ticket with what was done with it."""
        ticket = self.hall.tickets[ticket_id]
        acts = [
            self._act(each) for each in self.hall.wishes if each.path.startswith(f"/tickets/{ticket_id}/")
        ]
        waited = {"state": "waiting", "line": ticket["line"], "window": None, "ended_at": None}
        outcome = {
            "matter": "x",
            "matter_name": "新生儿落户登记",
            "outcome": "accepted",
            "note": "缺一份复印件",
        }
        intervals = [waited | {"began_at": ticket["issued_at"]}]
        return jsonify(ticket | {"acts": acts, "intervals": intervals, "outcomes": [outcome]})

    def reprint(self, ticket_id: int) -> Response:
        """Paper is ordered."""
        return jsonify(self.hall.change("print.wanted", self.hall.tickets[ticket_id], print="pending"))

    def profile(self, window_id: int) -> Response:
        """What a window serves."""
        code = request.get_json()["profile"]
        found = next((each | {"by": "hand"} for each in PROFILES if each["code"] == code), None)
        return jsonify(self.hall.set_window("window.profile", window_id - 100, profile=found))

    @staticmethod
    def _act(wish: Any) -> Json:
        verbs = {"priority": "prioritise", "matter": "change_matter", "call-back": "call_back"}
        verb = wish.path.rsplit("/", 1)[1]
        who = {"actor": "staff:9", "actor_name": PERSON["name"], "window": None}
        at = iso(datetime.now(UTC))
        return who | {"verb": verbs.get(verb, verb), "at": at, "reason": wish.body.get("reason")}
