"""Live events over Socket.IO: snapshot, events, what was missed."""

import threading
from typing import Any

import pytest
from flask_socketio import SocketIOTestClient

from tests.server.conftest import Server
from tinghao.server.store.events import MOST_AT_ONCE


class Screen:
    """A connected screen or clerk."""

    def __init__(self, server: Server, token: str, last_seq: int | None = None) -> None:
        live = server.app.extensions["live"]
        self.known = last_seq if isinstance(last_seq, int) else 0
        self.client = SocketIOTestClient(
            server.app, live.socketio, auth={"token": token, "last_seq": last_seq}
        )

    def received(self) -> list[tuple[str, Any]]:
        """What came, without pushed events that a snapshot or a replay already holds: they may be pushed after it."""
        messages = [(message["name"], message["args"][0]) for message in self.client.get_received()]
        for name, content in messages:
            if name == "snapshot":
                self.known = max(self.known, content["seq"])
            elif content.get("replay"):
                self.known = max([self.known, *numbers(content["events"])])
        return [(name, content) for name, content in messages if not self._holds(name, content)]

    def _holds(self, name: str, content: Any) -> bool:
        pushed = name == "events" and not content.get("replay")
        return pushed and content["events"][-1]["seq"] <= self.known


def pushed(server: Server) -> threading.Event:
    """Set once the events of the next commit have been pushed."""
    done = threading.Event()
    emit = server.app.extensions["live"].socketio.emit

    def watched(*args: Any, **kwargs: Any) -> None:
        emit(*args, **kwargs)
        if kwargs["to"].endswith("staff"):
            done.set()

    server.app.extensions["live"].socketio.emit = watched
    return done


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]


def test_a_screen_that_connects_gets_the_whole_picture(server: Server) -> None:
    server.take()
    [(name, snapshot)] = Screen(server, server.tokens["hengnan"]["board"]).received()
    assert name == "snapshot"
    assert snapshot["hall"]["name"] == "衡南县政务服务大厅"
    assert {line["prefix"]: line["waiting"] for line in snapshot["lines"]}["A"] == 1
    assert "tickets" not in snapshot


@pytest.mark.parametrize(
    ("verb", "more"),
    [("undo", {}), ("no-show", {}), ("hold", {"reason": "补材料"}), ("cancel", {})],
    ids=["undo", "no-show", "hold", "cancel"],
)
def test_a_call_that_is_over_is_none_of_the_recent_ones(
    server: Server, verb: str, more: dict[str, Any]
) -> None:
    first, _ = server.take(), server.take()
    (token, window), (other, beside) = server.at_window(3), server.at_window(4, n=1)
    server.post(f"/windows/{window}/next", token)
    server.post(f"/windows/{beside}/next", other)

    def recent() -> list[str]:
        return [call["number"] for call in server.snapshot(server.tokens["hengnan"]["board"])["recent"]]

    assert recent() == ["A002", "A001"]
    server.post(f"/tickets/{first['id']}/{verb}", token, **more)
    assert recent() == ["A002"]


def test_a_clerk_gets_the_tickets_too(server: Server) -> None:
    server.take()
    token, window = server.at_window()
    [(_, snapshot)] = Screen(server, token).received()
    assert [ticket["number"] for ticket in snapshot["tickets"]] == ["A001"]
    assert snapshot["me"]["shift"]["window"] == window


def test_what_is_committed_is_pushed_to_those_who_may_see_it(server: Server) -> None:
    token, window = server.at_window()
    server.take()
    board, clerk = Screen(server, server.tokens["hengnan"]["board"]), Screen(server, token)
    stranger = Screen(server, server.tokens["shucheng"]["board"])
    for screen in (board, clerk, stranger):
        screen.received()
    done = pushed(server)
    server.ask("POST", f"/windows/{window}/next", token)
    assert done.wait(5)
    [(_, at_board)] = board.received()
    [(_, at_clerk)] = clerk.received()
    [event] = at_board["events"]
    assert event["kind"] == "ticket.called"
    assert event["number"] == "A001"
    assert event["window"]["ticket"] == "A001"
    assert event["window"]["state"] == "called"
    assert event["line"]["waiting"] == 0
    assert "ticket" not in event
    assert at_clerk["events"][0]["ticket"]["state"] == "called"
    assert stranger.received() == []


def test_who_was_away_gets_what_he_missed(server: Server) -> None:
    board = server.tokens["hengnan"]["board"]
    [(_, snapshot)] = Screen(server, board).received()
    for _ in range(3):
        server.take()
    [(name, missed)] = Screen(server, board, snapshot["seq"]).received()
    assert (name, missed["replay"]) == ("events", True)
    assert numbers(missed["events"]) == [snapshot["seq"] + n for n in (1, 2, 3)]
    [(_, nothing)] = Screen(server, board, snapshot["seq"] + 3).received()
    assert nothing["events"] == []


def test_a_gap_is_filled_on_request(server: Server) -> None:
    screen = Screen(server, server.tokens["hengnan"]["board"])
    [(_, snapshot)] = screen.received()
    done = pushed(server)
    server.take()
    assert done.wait(5)
    screen.received()
    screen.client.emit("replay", {"after": snapshot["seq"]})
    [(_, missed)] = screen.received()
    assert numbers(missed["events"]) == [snapshot["seq"] + 1]


def test_who_was_away_too_long_or_comes_from_another_past_gets_the_picture(server: Server) -> None:
    board = server.tokens["hengnan"]["board"]
    for last in (10**9, -1, "x", None):
        assert [name for name, _ in Screen(server, board, last).received()] == ["snapshot"]  # type: ignore[arg-type]
    for _ in range(MOST_AT_ONCE + 1):
        server.take()
    assert [name for name, _ in Screen(server, board, 0).received()] == ["snapshot"]


def test_a_wrong_token_is_refused(server: Server) -> None:
    for token in ("", "st_wrong", "nonsense"):
        assert not Screen(server, token).client.is_connected()
