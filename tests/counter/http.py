"""The stand-in's HTTP: the contract's wishes and questions, done the simplest way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, Response, jsonify, request

from tests.counter.browser import WAIT_MS
from tests.counter.hall_data import CLERK, MATTERS, WAIT, iso, ticket

if TYPE_CHECKING:
    from tests.counter.stand_in import StandIn

Json = dict[str, Any]
Answer = Response | tuple[Response, int]


class Answered(NamedTuple):
    """A wish that came in."""

    method: str
    path: str
    key: str
    body: Json


class Http:
    """Answers for a stand-in."""

    def __init__(self, hall: StandIn) -> None:
        self.hall = hall

    def install(self, app: Flask) -> None:
        window, one = "/windows/<int:window_id>", "/tickets/<int:ticket_id>"
        for method, path, view in (
            ("GET", "/matters", self.matters),
            ("POST", "/sessions", self.log_in),
            ("DELETE", "/sessions/current", self.log_out),
            ("POST", f"{window}/shift", self.open),
            ("DELETE", f"{window}/shift", self.close),
            ("POST", f"{window}/next", self.next),
            ("POST", f"{window}/store-next", self.store_next),
            ("DELETE", f"{window}/store-next", self.forget_next),
            ("POST", f"{window}/pause", self.pause),
            ("POST", f"{window}/unpause", self.unpause),
            ("POST", f"{window}/serve", self.serve),
            ("GET", f"{window}/queue", self.queue),
            ("GET", "/lines", self.lines),
            ("GET", "/tickets", self.find),
            ("GET", f"{one}/why", self.why),
            ("POST", f"{one}/<verb>", self.move),
        ):
            app.add_url_rule(f"/api/v1{path}", view.__name__, self._guarded(view), methods=[method])

    def _guarded(self, view: Any) -> Any:
        hall = self.hall

        def guarded(**names: Any) -> Answer:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in hall.tokens:
                return problem(401, "token-revoked", "登录已失效，请重新登录。")
            if request.method == "GET":
                with hall.lock:
                    return view(**names)  # type: ignore[no-any-return]
            key = request.headers["Idempotency-Key"]
            body = request.get_json(silent=True) or {}
            wish = Answered(request.method, request.path.removeprefix("/api/v1"), key, body)
            hall.wishes.append(wish)
            hall.arriving.put(wish)
            hall.delay.wait(WAIT_MS / 1000)
            if hall.refuse:
                return problem(**hall.refuse)
            with hall.lock:
                if key not in hall.answers:
                    hall.answers[key] = view(**names)
                return hall.answers[key]  # type: ignore[no-any-return]

        return guarded

    # Who is here

    def log_in(self) -> Answer:
        assert request.json is not None
        if request.json["password"] != "secret":
            return problem(401, "wrong-credentials", "用户名或密码不正确，请重新输入。")
        token = f"cs_{len(self.hall.wishes)}"
        self.hall.tokens[token] = "clerk"
        return jsonify(token=token, clerk=CLERK, shift=self.hall.shift)

    def log_out(self) -> Answer:
        return Response(), 204

    def open(self, window_id: int) -> Answer:
        hall, shift = self.hall, self.hall.shift
        if shift and shift["window"] != window_id:
            if not request.get_json().get("move"):
                return problem(409, "open-elsewhere", "您已在其他窗口开窗，请先关闭该窗口。")
            hall.close(shift["window"] - 100)
        return jsonify(hall.take_seat(window_id - 100))

    def close(self, window_id: int) -> Answer:
        self.hall.shift = None
        self.hall.close(window_id - 100)
        return Response(), 204

    # The window

    def next(self, window_id: int) -> Answer:
        if not self.hall.order(self.hall.window(window_id - 100)):
            return problem(409, "nobody-waiting", "暂时没有等候的群众。")
        return jsonify(self.hall.call(window_id - 100))

    def store_next(self, window_id: int) -> Answer:
        return jsonify(self.hall.set_window("window.wants_next", window_id - 100, wants_next=True))

    def forget_next(self, window_id: int) -> Answer:
        return jsonify(self.hall.set_window("window.wants_next", window_id - 100, wants_next=False))

    def pause(self, window_id: int) -> Answer:
        reason = request.get_json()["reason"]
        return jsonify(
            self.hall.set_window("window.paused", window_id - 100, state="paused", pause_reason=reason)
        )

    def unpause(self, window_id: int) -> Answer:
        return jsonify(
            self.hall.set_window("window.resumed", window_id - 100, state="open", pause_reason=None)
        )

    def serve(self, window_id: int) -> Answer:
        code = request.get_json()["matter"]
        matter = next(each for each in MATTERS if each["code"] == code)
        at = iso(datetime.now(UTC))
        served = ticket(len(self.hall.tickets) + 1, "直办", 1, matter, at)
        served |= {
            "window": window_id,
            "called_at": at,
            "started_at": at,
            "state": "serving",
            "visitor": None,
        }
        self.hall.tickets[served["id"]] = served
        return jsonify(self.hall.change("ticket.started", served))

    # Tickets

    def move(self, ticket_id: int, verb: str) -> Answer:
        hall, body = self.hall, request.get_json()
        moved = hall.tickets[ticket_id]
        simple: dict[str, tuple[str, Json]] = {
            "resume": ("ticket.resumed", {"state": "waiting", "window": None, "held_until": None}),
            "call-back": ("ticket.called_back", {"state": "waiting", "window": None}),
            "undo": ("ticket.undone", {"state": "waiting", "window": None}),
            "cancel": ("ticket.cancelled", {"state": "cancelled"}),
        }
        if verb in simple:
            kind, values = simple[verb]
            return jsonify(hall.change(kind, moved, **values))
        return {
            "recall": lambda: jsonify(hall.recall(moved)),
            "start": lambda: jsonify(hall.start(moved)),
            "no-show": lambda: jsonify(hall.finish(moved, "no_show")),
            "finish": lambda: jsonify(self._finish(moved, body)),
            "call": lambda: jsonify(self._call(moved)),
            "hold": lambda: jsonify(self._hold(moved, body)),
            "transfer": lambda: jsonify(self._transfer(moved, body)),
            "matter": lambda: jsonify(self._change_matter(moved, body["matter"])),
            "priority": lambda: jsonify(
                hall.change("ticket.prioritised", moved, priority=body["priority"], reason=body["reason"])
            ),
        }[verb]()

    def _finish(self, moved: Json, body: Json) -> Json:
        hall, window_id = self.hall, moved["window"]
        told = hall.finish(moved)
        if not body.get("next"):
            return told
        waiting = hall.order(hall.window(window_id - 100))
        return told | {"next": hall.call(window_id - 100) if waiting else None}

    def _call(self, moved: Json) -> Json:
        assert self.hall.shift is not None
        return self.hall.call(self.hall.shift["window"] - 100, moved)

    def _hold(self, moved: Json, body: Json) -> Json:
        until = iso(datetime.now(UTC) + timedelta(minutes=body["minutes"]))
        return self.hall.change("ticket.held", moved, state="held", reason=body["reason"], held_until=until)

    def _transfer(self, moved: Json, body: Json) -> Json:
        values = {
            "state": "waiting",
            "line": body.get("line", moved["line"]),
            "to_window": body.get("window"),
        }
        return self.hall.change(
            "ticket.transferred",
            moved,
            **values,
            to_staff=body.get("staff"),
            reason=body["reason"],
            window=None,
        )

    def _change_matter(self, moved: Json, code: str) -> Json:
        matter = next(each for each in MATTERS if each["code"] == code)
        return self.hall.change("ticket.changed", moved, matter=code, matter_name=matter["name"])

    # Questions

    def matters(self) -> Answer:
        return jsonify(departments=[], themes=[], matters=MATTERS)

    def queue(self, window_id: int) -> Answer:
        if not self.hall.order_known:
            return problem(409, "window-not-yours", "您没有在该窗口开窗，请先开窗。")
        order = self.hall.order(self.hall.window(window_id - 100))
        first = order[0] if order else None
        why = (
            {"zh": f"{first['number']} 等候时间最长。", "en": f"{first['number']} has waited longest."}
            if first
            else None
        )
        places = {str(each["id"]): {"score": 1.0, "waited": 1.0} for each in order}
        return jsonify(
            tickets=[each["id"] for each in order],
            next=first["id"] if first else None,
            why=why,
            places=places,
        )

    def lines(self) -> Answer:
        return jsonify(lines=[line | {"wait": WAIT} for line in self.hall.lines])

    def find(self) -> Answer:
        wanted = request.args["q"]
        return jsonify(tickets=[each for each in self.hall.tickets.values() if each["number"] == wanted])

    def why(self, ticket_id: int) -> Answer:
        number, before = self.hall.tickets[ticket_id]["number"], request.args.get("before")
        if before and not any(each["number"] == before for each in self.hall.tickets.values()):
            return problem(404, "no-such-ticket", "没有找到该号码，请核对后再试或咨询导办台。")
        sentence = f"{number} 属于优先群体，先于普通号叫号。"
        if before:
            sentence = f"先叫 {number} 而不是 {before}：{number} 等候更久。"
        return jsonify(
            sentence=sentence,
            sentence_en=f"{number} is of the priority class and is called before ordinary tickets.",
            points=[
                {
                    "zh": f"{number}：优先，等候 12 分钟，得分 39",
                    "en": f"{number}: priority, waited 12 min, score 39",
                },
                {
                    "zh": "其他：普通，等候 20 分钟，得分 20",
                    "en": "Others: ordinary, waited 20 min, score 20",
                },
            ],
        )


def problem(status: int, code: str, detail: str) -> tuple[Response, int]:
    """A refusal in the shape of RFC 9457."""
    body = {"code": code, "detail": detail, "detail_en": code, "status": status}
    return jsonify(title=code, type=f"/problems/{code}", **body), status
