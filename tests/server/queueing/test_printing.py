"""Tickets printed again: the same number, by an order that is on record and told, once or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.conftest import MORNING, Server
from tinghao.server.queueing.rules.printing import (
    GOOD_FOR,
    SEEN_WITHIN,
    NoPrinter,
    PrintingStation,
    StationAway,
    is_good,
    station_for,
)

Json = dict[str, Any]


def beat(server: Server) -> str:
    """The kiosk lives; its token."""
    kiosk: str = server.tokens["hengnan"]["kiosk"]
    server.ask("POST", "/stations/heartbeat", kiosk, {"devices": []})
    return kiosk


def orders(server: Server) -> list[Json]:
    """What the kiosk shall print."""
    found: list[Json] = server.ask("GET", "/stations/prints", server.tokens["hengnan"]["kiosk"]).json[
        "orders"
    ]
    return found


def events(server: Server, token: str, *kinds: str) -> list[Json]:
    """What was told, of these kinds."""
    told = server.ask("GET", "/events?after=0", token).json["events"]
    return [each for each in told if each["kind"] in kinds]


def test_a_ticket_is_printed_again_where_it_was_issued(server: Server) -> None:
    kiosk, guide = beat(server), server.log_in("guide", station="desk")
    ticket = server.take(identity={"source": "card", "number": "11010519491231002X", "name": "欧阳小明"})
    ordered = server.post(f"/tickets/{ticket['id']}/reprint", guide, 201)
    assert (ordered["number"], ordered["print"]) == (ticket["number"], "pending")
    [order] = orders(server)
    paper = order["ticket"]
    assert {name: paper[name] for name in ("number", "zone", "windows", "ahead", "wait", "qr")} == {
        name: ticket[name] for name in ("number", "zone", "windows", "ahead", "wait", "qr")
    }
    assert (order["again"], paper["visitor"]) == (True, {"name": "欧阳**", "tail": "…002X"})
    assert (paper["priority_name"], paper["priority_name_en"]) == ("优先", "Priority")
    ended = server.post(f"/stations/prints/{order['id']}", kiosk, outcome="printed")
    assert ended == {"id": order["id"], "outcome": "printed", "reason": None}
    assert orders(server) == []
    told = events(server, guide, "print.wanted", "ticket.printed")
    assert [(each["kind"], each["ticket"]["print"]) for each in told] == [
        ("print.wanted", "pending"),
        ("ticket.printed", "printed"),
    ]
    story = server.ask("GET", f"/tickets/{ticket['id']}", guide).json
    assert [(act["verb"], act["actor_name"]) for act in story["acts"]] == [("reprint", "导办")]


def test_the_public_part_of_an_order_holds_no_person(server: Server) -> None:
    beat(server)
    ticket = server.take(identity={"source": "card", "number": "11010519491231002X", "name": "欧阳小明"})
    server.post(f"/tickets/{ticket['id']}/reprint", server.clerk(), 201)
    [told] = events(server, server.tokens["hengnan"]["board"], "print.wanted")
    assert told.keys() == {"seq", "kind", "at", "number", "station"}


def test_a_failed_reprint_is_seen_and_may_be_ordered_again(server: Server) -> None:
    kiosk, guide = beat(server), server.log_in("guide")
    ticket = server.take()
    path = f"/tickets/{ticket['id']}/reprint"
    server.post(path, guide, 201)
    assert server.refused(path, guide) == "being-printed"
    [first] = orders(server)
    server.post(f"/stations/prints/{first['id']}", kiosk, outcome="failed", reason="缺纸")
    assert server.ask("GET", f"/tickets/{ticket['id']}", guide).json["print"] == "failed"
    server.post(path, guide, 201)
    [second] = orders(server)
    assert second["id"] != first["id"]
    again = server.post(f"/stations/prints/{first['id']}", kiosk, outcome="printed")
    assert again == {"id": first["id"], "outcome": "failed", "reason": "缺纸"}


def test_an_order_that_nobody_answers_has_failed_and_is_not_printed_late(server: Server) -> None:
    kiosk, guide = beat(server), server.log_in("guide")
    ticket = server.take()
    server.post(f"/tickets/{ticket['id']}/reprint", guide, 201)
    [order] = orders(server)
    server.clock.forward(seconds=GOOD_FOR.total_seconds() + 1)
    assert orders(server) == []
    server.tick()
    assert server.ask("GET", f"/tickets/{ticket['id']}", guide).json["print"] == "failed"
    assert len(events(server, guide, "ticket.printed")) == 1
    server.post(f"/stations/prints/{order['id']}", kiosk, outcome="printed")
    assert server.ask("GET", f"/tickets/{ticket['id']}", guide).json["print"] == "failed"


def test_who_prints_is_chosen_or_refused_clearly(server: Server) -> None:
    guide, manager = server.log_in("guide", station="desk"), server.log_in("manager")
    at_desk = server.post("/tickets", guide, 201, matter="fagai-touzi-beian")
    path = f"/tickets/{at_desk['id']}/reprint"
    assert at_desk["print"] == "none"
    assert server.refused(path, guide) == "no-printer"
    assert server.refused(path, guide, station=999) == "no-printer"
    printers = server.ask("GET", "/stations/printers", guide).json["stations"]
    assert [(each["name"], each["there"]) for each in printers] == [("kiosk", False)]
    kiosk_id = printers[0]["id"]
    assert server.refused(path, guide, station=kiosk_id) == "station-away"
    beat(server)
    assert server.ask("GET", "/stations/printers", guide).json["stations"][0]["there"]
    server.post(path, guide, 201, station=kiosk_id)
    [order] = orders(server)
    assert not order["again"]
    server.post(f"/tickets/{at_desk['id']}/cancel", manager)
    server.clock.forward(minutes=3)
    assert server.refused(path, guide, station=kiosk_id) == "ticket-over"


def test_another_kiosk_neither_sees_nor_ends_an_order(server: Server) -> None:
    beat(server)
    ticket = server.take()
    server.post(f"/tickets/{ticket['id']}/reprint", server.clerk(), 201)
    [order] = orders(server)
    stranger = server.tokens["shucheng"]["kiosk"]
    assert server.ask("GET", "/stations/prints", stranger).json["orders"] == []
    assert (
        server.refused(f"/stations/prints/{order['id']}", stranger, outcome="printed")
        == "no-such-print-order"
    )


def test_who_has_a_number_is_told_it_and_his_kiosk_may_print_it(server: Server) -> None:
    kiosk = beat(server)
    who = {"source": "card", "number": "110105199912310029"}
    first = server.take(identity=who)
    refusal = server.ask("POST", "/tickets", kiosk, {"matter": "fagai-touzi-beian", "identity": who}).json
    assert refusal["code"] == "already-waiting"
    held = refusal["ticket"]
    for name in ("id", "number", "slug", "zone", "zone_en", "floor", "windows", "ahead", "wait", "qr"):
        assert held[name] == first[name]
    server.post(f"/tickets/{held['id']}/reprint", kiosk, 201)
    [order] = orders(server)
    assert order["ticket"]["number"] == first["number"]


STATIONS = [PrintingStation(1, "1号取号机", MORNING), PrintingStation(2, "2号取号机", None)]


@given(st.one_of(st.none(), st.integers(0, 4)), st.integers(0, 4), st.integers(0, 200))
def test_only_a_station_that_is_there_is_chosen(wanted: int | None, issued_at: int, seconds: int) -> None:
    now = MORNING + timedelta(seconds=seconds)
    alive = now - MORNING <= SEEN_WITHIN
    try:
        found = station_for(STATIONS, wanted, issued_at, now)
    except (NoPrinter, StationAway):
        assert (wanted or issued_at) != 1 or not alive
    else:
        assert (found.id, alive) == (1, True)
        assert found.id == (wanted or issued_at)


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (120, True), (121, False)])
def test_an_order_is_good_for_two_minutes(seconds: int, good: bool) -> None:
    assert is_good(MORNING, MORNING + timedelta(seconds=seconds)) is good
