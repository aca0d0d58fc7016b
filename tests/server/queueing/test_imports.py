"""The definition changes in the middle of the day, while clerks are at windows and visitors wait."""

from dataclasses import replace
from functools import partial
from typing import Any

from tests.server.conftest import Server
from tinghao.server.hall.service import import_hall

Json = dict[str, Any]


def without_window(server: Server, number: int) -> None:
    definition = server.definitions["hengnan"]
    left = tuple(window for window in definition.windows if window.number != number)
    changed = replace(definition, windows=left)
    server.store.write(partial(import_hall, definition=changed, now=server.clock()))


def test_a_window_that_is_gone_serves_its_visitor_to_the_end_and_is_closed(server: Server) -> None:
    server.take()
    server.take()
    token, window = server.at_window(3)
    ticket = server.post(f"/windows/{window}/next", token)["id"]
    server.post(f"/windows/{window}/store-next", token)
    server.clock.forward(minutes=3)
    without_window(server, 3)
    server.take()
    server.tick()
    server.post(f"/tickets/{ticket}/start", token)
    done = server.post(f"/tickets/{ticket}/finish", token, next=True)
    assert (done["state"], done["next"]) == ("finished", None), "nobody is called to where no window is"
    server.tick()
    assert server.snapshot(token)["me"]["shift"] is None
    other = server.window(4)
    server.post(f"/windows/{other}/shift", token, 201)
    assert server.post(f"/windows/{other}/next", token)["number"] == "A002"


def test_a_clerk_may_leave_a_window_that_is_gone_at_once(server: Server) -> None:
    token, window = server.at_window(3)
    without_window(server, 3)
    other = server.window(4)
    assert server.refused(f"/windows/{window}/next", token) == "no-such-window"
    assert server.post(f"/windows/{other}/shift", token, 201)["window"] == other


def test_a_clerk_may_close_a_window_that_is_gone(server: Server) -> None:
    token, window = server.at_window(3)
    without_window(server, 3)
    assert server.ask("DELETE", f"/windows/{window}/shift", token).status_code == 204


def test_who_was_sent_to_a_window_that_is_gone_is_not_forgotten(server: Server) -> None:
    ticket = server.take()
    server.at_window(4, 1)
    token, window = server.at_window(3)
    server.post(f"/tickets/{ticket['id']}/transfer", token, window=window)
    server.clock.forward(minutes=3)
    without_window(server, 3)
    server.tick()
    server.tick()
    assert [alert["kind"] for alert in server.snapshot(token)["alerts"]] == ["nobody-calls"]
