"""A definition imported beside the running server is in force for the next number and the next call."""

from dataclasses import replace
from typing import Any

import pytest

from tests.server.conftest import Server
from tinghao.server.hall.definition import HallDefinition
from tinghao.server.hall.queue_rules import ArrivalRule, ArrivalThen, ArrivalWhen, Limit
from tinghao.server.hall.service import Changes, import_hall
from tinghao.server.store import Store

MATTER = "fagai-touzi-beian"


@pytest.fixture
def hengnan(definitions: dict[str, HallDefinition]) -> HallDefinition:
    return definitions["hengnan"]


def with_rules(definition: HallDefinition, **rules: Any) -> HallDefinition:
    return replace(definition, rules=definition.rules.model_copy(update=rules))


def import_beside(server: Server, definition: HallDefinition) -> Changes:
    """As `tinghao hall import` does, with a store of its own."""
    store = Store(server.database)
    try:
        return store.write(lambda work: import_hall(work, definition, server.clock()))
    finally:
        store.close()


def numbers(server: Server, token: str) -> dict[str, Any]:
    tickets = server.ask("GET", "/snapshot", token).json["tickets"]
    return {ticket["number"]: ticket for ticket in tickets}


def test_the_next_number_is_given_by_the_new_arrival_rules(server: Server, hengnan: HallDefinition) -> None:
    assert server.take(MATTER)["number"] == "A001"
    rule = ArrivalRule(
        name="分流", when=ArrivalWhen(matters=(MATTER,)), then=ArrivalThen(line="B", remark="由综合窗口分流")
    )
    assert import_beside(server, with_rules(hengnan, arrival=(rule,))).changed == {"rules": ["hengnan"]}
    assert server.take(MATTER)["number"] == "B001"
    waiting = numbers(server, server.clerk())
    assert (waiting["A001"]["remark"], waiting["B001"]["remark"]) == (None, "由综合窗口分流")


def test_a_new_limit_holds_at_once_and_its_end_too(server: Server, hengnan: HallDefinition) -> None:
    server.take(MATTER)
    import_beside(server, with_rules(hengnan, limits=(Limit(line="A", daily=1),)))
    refused = server.ask("POST", "/tickets", server.tokens["hengnan"]["kiosk"], {"matter": MATTER})
    assert (refused.status_code, refused.json["code"]) == (409, "line-full")
    assert refused.json["detail"] == "今日综合受理的号已发完。下一次取号时间：明天 08:15。"
    import_beside(server, hengnan)
    assert server.take(MATTER)["number"] == "A002"


def test_new_hours_hold_at_once(server: Server, hengnan: HallDefinition) -> None:
    afternoon = replace(hengnan, hours=hengnan.hours[1:])
    import_beside(server, afternoon)
    refused = server.ask("POST", "/tickets", server.tokens["hengnan"]["kiosk"], {"matter": MATTER})
    assert (refused.json["code"], refused.json["detail"]) == (
        "hall-closed",
        "现在不是取号时间，请于今天 14:15再来。",
    )


def test_a_ticket_of_a_class_that_is_gone_is_called_as_an_ordinary_one(
    server: Server, hengnan: HallDefinition
) -> None:
    server.take(MATTER)
    server.clock.forward(minutes=1)
    server.take(MATTER, statuses=["disabled"])
    token, window = server.at_window()
    assert numbers(server, token)["A002"]["priority"] == "priority"
    ordinary = hengnan.rules.priorities[:1]
    import_beside(server, with_rules(hengnan, priorities=ordinary, arrival=()))
    called = []
    for _ in range(2):
        ticket = server.ask("POST", f"/windows/{window}/next", token).json
        called.append(ticket["number"])
        server.ask("POST", f"/tickets/{ticket['id']}/start", token)
        assert server.ask("POST", f"/tickets/{ticket['id']}/finish", token, {}).status_code == 200
    assert called == ["A001", "A002"]
