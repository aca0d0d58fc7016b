"""Taking a number by the hall's rules: arrival, hours, limits, journeys."""

from typing import Any

import pytest

from tests.server.conftest import Server

Json = dict[str, Any]
ELDER = {"source": "card", "number": "11010519491231002X", "name": "欧阳小明"}
YOUNG = {"source": "card", "number": "440524200101010014", "name": "张三"}
MATTER = "fagai-touzi-beian"
TAX = "shuiwu-xinxi-queren"


def refuse(server: Server, matter: str = MATTER, **more: Any) -> Json:
    answer = server.ask("POST", "/tickets", server.tokens["hengnan"]["kiosk"], {"matter": matter, **more})
    assert answer.status_code == 409, answer.json
    return dict(answer.json)


@pytest.mark.parametrize(
    ("more", "priority"),
    [
        ({}, "ordinary"),
        ({"identity": ELDER}, "priority"),
        ({"identity": YOUNG}, "ordinary"),
        ({"statuses": ["pregnant"]}, "priority"),
        ({"booked_at": "2026-11-23T01:20:00Z"}, "booked"),
        ({"booked_at": "2026-11-23T00:20:00Z"}, "ordinary"),
    ],
)
def test_the_first_arrival_rule_that_fits_gives_the_class(server: Server, more: Json, priority: str) -> None:
    assert server.take(**more)["priority"] == priority


def test_an_appointment_is_not_called_before_its_time_and_counts_from_it(server: Server) -> None:
    booked = server.take(booked_at="2026-11-23T02:00:00Z")
    token, window = server.at_window()
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    server.clock.forward(minutes=55)
    server.take()
    server.clock.forward(minutes=5)
    called = server.post(f"/windows/{window}/next", token)
    assert (called["id"], called["since"]) == (booked["id"], "2026-11-23T02:00:00.000Z")


def test_a_person_has_one_open_ticket_in_a_line(server: Server) -> None:
    first = server.take(identity=ELDER)
    refusal = refuse(server, identity=ELDER)
    assert refusal["code"] == "already-waiting"
    assert "A001" in refusal["detail"]
    assert refusal["ticket"]["slug"] == first["slug"]
    assert server.take(TAX, identity=ELDER)["number"] == "B001"
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    assert refuse(server, identity=ELDER)["code"] == "already-waiting"
    server.post(f"/tickets/{first['id']}/start", token)
    server.post(f"/tickets/{first['id']}/finish", token)
    assert server.take(identity=ELDER)["number"] == "A002"


def test_a_hall_may_allow_more_and_limit_the_day(server: Server) -> None:
    server.rule(settings={"open_tickets": 0, "tickets_per_person": 2})
    server.take(identity=ELDER)
    server.take(identity=ELDER)
    assert refuse(server, identity=ELDER)["code"] == "person-daily-limit"
    assert server.take(identity=YOUNG)["number"] == "A003"
    server.take()
    server.clock.forward(days=1)
    assert server.take(identity=ELDER)["number"] == "A001"


def test_a_line_and_a_matter_have_their_daily_numbers(server: Server) -> None:
    server.rule(limits=[{"line": "A", "daily": 3}, {"matter": MATTER, "daily": 2}])
    server.take()
    server.take()
    refusal = refuse(server)
    assert refusal["code"] == "line-full"
    assert "明天 08:15" in refusal["detail"]
    assert server.take(TAX)["number"] == "B001"
    other = next(
        matter["code"]
        for matter in server.ask("GET", "/matters", server.tokens["hengnan"]["kiosk"]).json["matters"]
        if matter["line"] == server.line("A") and matter["code"] != MATTER
    )
    assert server.take(other)["number"] == "A003"
    assert refuse(server, other)["code"] == "line-full"


@pytest.mark.parametrize(
    ("forward", "code", "words"),
    [
        ({"hours": -2}, "hall-closed", "今天 08:15"),  # 7:00
        ({"minutes": -44}, None, ""),  # 8:16
        ({"hours": 2, "minutes": 54}, None, ""),  # 11:54
        ({"hours": 3, "minutes": 30}, "hall-closed", "今天 14:15"),
        ({"hours": 8, "minutes": 26}, "last-ticket-over", "明天 08:15"),  # 17:26, last ticket at 17:25
        ({"hours": 10}, "hall-closed", "明天 08:15"),
        ({"days": 5}, "hall-closed", "11月30日"),  # Saturday
    ],
)
def test_numbers_are_given_in_opening_hours(
    server: Server, forward: Json, code: str | None, words: str
) -> None:
    server.clock.forward(**forward)
    if code is None:
        assert server.take()["number"] == "A001"
        return
    refusal = refuse(server)
    assert refusal["code"] == code
    assert words in refusal["detail"]


def test_rules_are_edited_while_the_server_runs(server: Server) -> None:
    assert server.take(language="en")["priority"] == "ordinary"
    server.rule(
        priorities=[
            {"code": "ordinary", "name": "普通", "name_en": "Ordinary"},
            {"code": "guest", "name": "外宾", "name_en": "Guest", "head_start_minutes": 30.0},
        ],
        arrival=[
            {
                "name": "外宾",
                "when": {"language": "en"},
                "then": {"priority": "guest", "line": "B", "remark": "英语"},
            }
        ],
    )
    taken = server.take(language="en")
    assert (taken["number"], taken["priority"], taken["remark"]) == ("B001", "guest", "英语")
    token, window = server.at_window(13)
    assert server.post(f"/windows/{window}/next", token)["number"] == "B001"


def test_a_full_zone_sends_its_visitors_elsewhere(server: Server) -> None:
    rule = {"name": "分流", "when": {"lines": ["A"], "zone_waiting_over": 1}, "then": {"line": "B"}}
    server.rule(arrival=[rule])
    assert [server.take()["number"] for _ in range(4)] == ["A001", "A002", "B001", "B002"]


def test_a_ticket_of_a_class_that_is_gone_is_still_called(server: Server) -> None:
    server.take(identity=ELDER)
    server.rule(priorities=[{"code": "ordinary", "name": "普通", "name_en": "Ordinary"}], arrival=[])
    token, window = server.at_window()
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"


def test_who_has_a_head_start_is_told_fewer_people_ahead(server: Server) -> None:
    server.at_window()
    for _ in range(5):
        server.take()
    assert server.take(identity=ELDER)["ahead"] == 0
    plain = server.take()
    assert plain["ahead"] == 6
    slug = plain["slug"]
    assert server.ask("GET", f"/tickets/by-slug/{slug}", None).json["ahead"] == 6


# Journeys


def in_turn(server: Server, token: str, window: int) -> Json:
    called = server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{called['id']}/start", token)
    return called


def test_a_journey_in_order_goes_on_with_the_same_number_and_its_place(server: Server) -> None:
    visit = server.take("ershoufang")
    assert visit["number"] == "E001"
    server.clock.forward(minutes=1)
    server.take(TAX)
    property_clerk, property_window = server.at_window(30)
    tax_clerk, tax_window = server.at_window(13, 1)
    first = in_turn(server, property_clerk, property_window)
    assert first["journey"]["step"] == 1
    assert first["journey"]["steps"] == 2
    server.clock.forward(minutes=9)
    server.post(f"/tickets/{first['id']}/finish", property_clerk)
    second = in_turn(server, tax_clerk, tax_window)
    assert (second["number"], second["journey"]["step"]) == ("E001", 2)
    assert second["since"] == visit["issued_at"]
    server.post(f"/tickets/{second['id']}/finish", tax_clerk)
    assert in_turn(server, tax_clerk, tax_window)["number"] == "B001"


def test_a_journey_side_by_side_waits_in_both_lines_and_is_never_at_two_windows(server: Server) -> None:
    server.take("xinshenger")
    counts = {
        line["prefix"]: line["waiting"]
        for line in server.snapshot(server.tokens["hengnan"]["board"])["lines"]
    }
    assert (counts["A"], counts["F"]) == (1, 1)
    general, general_window = server.at_window(3)
    police, police_window = server.at_window(38, 1)
    first = in_turn(server, general, general_window)
    assert server.refused(f"/windows/{police_window}/next", police) == "nobody-waiting"
    server.post(f"/tickets/{first['id']}/finish", general)
    second = in_turn(server, police, police_window)
    assert second["number"] == first["number"] == "A001"
    server.post(f"/tickets/{second['id']}/finish", police)
    assert server.refused(f"/windows/{general_window}/next", general) == "nobody-waiting"


def test_a_cancelled_journey_waits_nowhere(server: Server) -> None:
    visit = server.take("xinshenger")
    guide = server.log_in("guide", station="desk")
    server.post(f"/tickets/{visit['id']}/cancel", guide)
    counts = {line["prefix"]: line["waiting"] for line in server.snapshot(guide)["lines"]}
    assert (counts["A"], counts["F"]) == (0, 0)
    assert server.snapshot(guide)["tickets"] == []


def test_a_step_of_a_journey_is_an_open_ticket_of_its_line(server: Server) -> None:
    server.take("xinshenger", identity=YOUNG)
    police = next(
        matter["code"]
        for matter in server.ask("GET", "/matters", server.tokens["hengnan"]["kiosk"]).json["matters"]
        if matter["line"] == server.line("F")
    )
    refusal = refuse(server, police, identity=YOUNG)
    assert refusal["code"] == "already-waiting"
    assert "A001" in refusal["detail"]


def test_a_journey_is_one_number_of_the_day(server: Server) -> None:
    server.rule(settings={"tickets_per_person": 2})
    server.take("xinshenger", identity=YOUNG)
    assert server.take(TAX, identity=YOUNG)["number"] == "B001"


def test_the_paper_of_a_journey_tells_of_the_line_where_its_visitor_is(server: Server) -> None:
    visit = server.take("ershoufang")
    path = f"/tickets/by-slug/{visit['slug']}"
    clerk, window = server.at_window(30)
    first = in_turn(server, clerk, window)
    server.post(f"/tickets/{first['id']}/finish", clerk)
    shown = server.ask("GET", path, None).json
    assert (shown["state"], shown["ahead"], shown["may_cancel"]) == ("waiting", 0, True)
    tax, tax_window = server.at_window(13, 1)
    server.post(f"/windows/{tax_window}/next", tax)
    shown = server.ask("GET", path, None).json
    assert (shown["state"], shown["window"]) == ("called", "13号窗口")
    cancelled = server.post(f"{path}/cancel", "")
    assert cancelled["state"] == "cancelled"


def test_the_paper_of_a_journey_side_by_side_tells_where_it_is_called(server: Server) -> None:
    visit = server.take("xinshenger")
    police, window = server.at_window(38, 1)
    server.post(f"/windows/{window}/next", police)
    shown = server.ask("GET", f"/tickets/by-slug/{visit['slug']}", None).json
    assert (shown["state"], shown["window"]) == ("called", "38号窗口")


def test_a_cancelled_journey_is_not_on_hold_elsewhere(server: Server) -> None:
    visit = server.take("xinshenger")
    guide = server.log_in("guide", station="desk")
    server.post(f"/tickets/{visit['id']}/hold", guide, reason="复印")
    other = next(each for each in server.snapshot(guide)["tickets"] if each["id"] != visit["id"])
    server.post(f"/tickets/{other['id']}/cancel", guide)
    assert server.snapshot(guide)["tickets"] == []


def test_the_next_one_after_a_journey_s_end_may_be_stored_already(server: Server) -> None:
    """The number goes on at the moment in which the window is free."""
    server.take("ershoufang")
    server.take("ershoufang")
    clerk, window = server.at_window(30)
    first = in_turn(server, clerk, window)
    server.post(f"/windows/{window}/store-next", clerk)
    done = server.post(f"/tickets/{first['id']}/finish", clerk, next=True)
    assert done["next"]["number"] == "E002"


def test_an_appointment_of_another_day_is_none_today(server: Server) -> None:
    """Else he would wait for a moment that comes after the day's end."""
    taken = server.take(booked_at="2026-11-24T01:00:00Z")
    assert taken["priority"] == "ordinary"
    token, window = server.at_window()
    assert server.post(f"/windows/{window}/next", token)["number"] == taken["number"]


def test_a_matter_s_daily_numbers_count_in_all_lines(server: Server) -> None:
    rule = {"name": "分流", "when": {"lines": ["A"], "zone_waiting_over": 0}, "then": {"line": "B"}}
    server.rule(arrival=[rule], limits=[{"matter": MATTER, "daily": 2}])
    assert [server.take()["number"] for _ in range(2)] == ["A001", "B001"]
    assert refuse(server)["code"] == "line-full"


def test_who_was_missed_for_too_long_to_return_takes_a_new_number(server: Server) -> None:
    missed = server.take(identity=ELDER)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{missed['id']}/no-show", token)
    server.clock.forward(minutes=60)
    assert refuse(server, identity=ELDER)["code"] == "already-waiting", "he may still come back"
    server.clock.forward(minutes=1)
    assert server.refused(f"/tickets/{missed['id']}/call-back", token) == "return-too-late"
    assert server.take(identity=ELDER)["number"] == "A002"


@pytest.mark.parametrize("aside", [None, "hold", "no-show"])
def test_a_chosen_number_is_not_called_to_two_windows(server: Server, aside: str | None) -> None:
    server.take("xinshenger")
    general, general_window = server.at_window(3)
    police, police_window = server.at_window(38, 1)
    if aside:
        other = server.post(f"/windows/{police_window}/next", police)
        server.post(
            f"/tickets/{other['id']}/{aside}", police, **({"reason": "复印"} if aside == "hold" else {})
        )
    in_turn(server, general, general_window)
    steps = server.ask("GET", "/tickets?q=A001", police).json["tickets"]
    second = next(each for each in steps if each["line"] == server.line("F"))
    answer = server.ask("POST", f"/tickets/{second['id']}/call", police)
    assert (answer.status_code, answer.json["code"]) == (409, "at-another-window")
    assert "3号窗口" in answer.json["detail"]


def test_staff_are_told_of_each_line_in_which_a_journey_waits(server: Server) -> None:
    token = server.clerk()
    server.take("xinshenger")
    told = server.ask("GET", "/events?after=0", token).json["events"]
    issued = [each["ticket"]["line"] for each in told if each["kind"] == "ticket.issued"]
    assert issued == [server.line("A"), server.line("F")]
    waiting = {each["line"]["id"]: each["line"]["waiting"] for each in told if "line" in each}
    assert waiting == {server.line("A"): 1, server.line("F"): 1}
