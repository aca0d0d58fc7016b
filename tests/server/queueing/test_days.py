"""What happens by itself as time goes on."""

from typing import Any

from tests.server.conftest import Server

Json = dict[str, Any]
TAX = "shuiwu-xinxi-queren"
HELP = {"code": "help", "name": "支援税务", "name_en": "Helping Tax", "lines": ["B", "A"], "choice": "order"}


def kinds(server: Server, token: str) -> list[str]:
    return [event["kind"] for event in server.ask("GET", "/events?after=0", token).json["events"]]


def test_a_day_s_leftovers_end_with_the_day(server: Server) -> None:
    token, window = server.at_window()
    for _ in range(4):
        server.take()
    server.take("xinshenger")
    called = server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{called['id']}/no-show", token)
    serving = server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{serving['id']}/start", token)
    held = next(ticket for ticket in server.snapshot(token)["tickets"] if ticket["number"] == "A003")
    server.post(f"/tickets/{held['id']}/hold", token, reason="复印")
    server.clock.forward(hours=15)
    server.tick()
    manager = server.log_in("manager")
    picture = server.snapshot(manager)
    assert picture["tickets"] == []
    assert {each["state"] for each in picture["windows"]} == {"closed"}
    found = [server.ask("GET", f"/tickets/{n}", manager).json for n in range(1, 7)]
    assert {ticket["state"] for ticket in found} == {"expired"}
    assert all(interval["ended_at"] for ticket in found for interval in ticket["intervals"])
    with server.store.read() as connection:
        counts = connection.exec_driver_sql("SELECT waiting FROM series").scalars().all()
    assert set(counts) == {0}
    before = kinds(server, manager)
    server.tick()
    assert kinds(server, manager) == before, "a second tick finds nothing to do"


def test_a_hall_may_send_home_who_waits_at_closing(server: Server) -> None:
    server.rule(settings={"left_at_closing": "cancel"})
    token, window = server.at_window()
    server.take()
    server.take("xinshenger")
    server.post(f"/windows/{window}/next", token)
    server.clock.forward(hours=8, minutes=29)  # 17:29
    server.tick()
    assert len(server.snapshot(token)["tickets"]) == 3
    server.clock.forward(minutes=1)
    server.tick()
    assert [ticket["state"] for ticket in server.snapshot(token)["tickets"]] == ["called"]


def test_a_call_without_answer_is_missed_by_itself_where_the_hall_says_so(server: Server) -> None:
    server.rule(settings={"no_show": "automatic", "no_show_after_seconds": 60, "no_show_after_recalls": 1})
    server.take()
    server.take()
    token, window = server.at_window()
    ticket = server.post(f"/windows/{window}/next", token)["id"]
    server.post(f"/windows/{window}/store-next", token, 200)
    server.clock.forward(seconds=90)
    server.tick()
    assert server.ask("GET", f"/tickets/{ticket}", token).json["state"] == "called", "never recalled yet"
    server.post(f"/tickets/{ticket}/recall", token)
    server.tick()
    assert server.ask("GET", f"/tickets/{ticket}", token).json["state"] == "no_show"
    assert server.snapshot(token)["windows"][2]["ticket"] == "A002", "the stored next one is called"


def test_windows_help_a_crowded_line_and_go_back(server: Server) -> None:
    plan = {
        "code": "rush",
        "name": "税务高峰",
        "name_en": "Tax Rush",
        "windows": [11, 12],
        "profile": "help",
        "when": {"lines": ["B"], "waiting_over": 2, "for_minutes": 10, "until_below": 2},
    }
    server.rule(profiles=[HELP], plans=[plan])
    token, window = server.at_window(11)
    for _ in range(3):
        server.take(TAX)
    server.take()
    server.tick()
    server.clock.forward(minutes=9)
    server.tick()
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001", "not yet for ten minutes"
    server.post("/tickets/4/no-show", token)
    server.clock.forward(minutes=1)
    server.tick()
    shown = next(each for each in server.snapshot(token)["windows"] if each["id"] == window)
    assert shown["profile"] == {
        "code": "help",
        "name": "支援税务",
        "name_en": "Helping Tax",
        "by": "plan",
    }
    assert shown["lines"] == [server.line("B"), server.line("A")]
    for number in ("B001", "B002"):
        called = server.post(f"/windows/{window}/next", token)
        assert called["number"] == number
        server.post(f"/tickets/{called['id']}/no-show", token)
    server.tick()
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    assert kinds(server, token).count("window.profile") == 4, "two windows, twice"


def test_a_profile_by_hand_lasts_for_its_minutes_and_wins(server: Server) -> None:
    server.rule(profiles=[HELP])
    server.take(TAX)
    token, window = server.at_window(3)
    manager = server.log_in("manager", station="desk")
    path = f"/windows/{window}/profile"
    assert server.ask("PUT", path, token, {"profile": "help"}).status_code == 403
    assert server.ask("PUT", path, manager, {"profile": "nothing"}).json["code"] == "no-such-profile"
    told = server.wish("PUT", path, manager, profile="help", minutes=30, reason="排队多")
    assert told["profile"]["by"] == "hand"
    assert server.post(f"/windows/{window}/next", token)["number"] == "B001"
    server.post("/tickets/1/no-show", token)
    server.take(TAX)
    server.clock.forward(minutes=31)
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    server.tick()
    shown = next(each for each in server.snapshot(token)["windows"] if each["id"] == window)
    assert shown["profile"] is None, "screens learn that it is over"
    server.wish("PUT", path, manager, profile="help")
    assert server.ask("PUT", path, manager, {"profile": None}).json["profile"] is None


def test_a_plan_by_time_begins_and_ends_by_the_clock(server: Server) -> None:
    when = {"days": ["mon"], "begins": "10:00", "ends": "11:00"}
    plan = {"code": "ten", "name": "十点", "name_en": "Ten", "windows": [3], "profile": "help", "when": when}
    server.rule(profiles=[HELP], plans=[plan])
    token, window = server.at_window(3)

    def profile() -> Any:
        server.tick()
        return next(each["profile"] for each in server.snapshot(token)["windows"] if each["id"] == window)

    assert profile() is None
    server.clock.forward(hours=1)
    assert profile()["code"] == "help"
    server.clock.forward(hours=1)
    assert profile() is None
    assert kinds(server, token).count("window.profile") == 2


def test_nobody_is_forgotten(server: Server) -> None:
    token, window = server.at_window(3)
    server.take(TAX)
    server.tick()
    assert server.snapshot(token)["alerts"] == [], "a moment of grace"
    server.clock.forward(minutes=3)
    server.tick()
    (alert,) = server.snapshot(token)["alerts"]
    assert alert["kind"] == "nobody-calls"
    assert "有 1 人等候" in alert["sentence"]
    _tax, tax_window = server.at_window(13, 1)
    server.tick()
    assert server.snapshot(token)["alerts"] == []
    waiting = server.snapshot(token)["tickets"][0]
    guide = server.log_in("guide", station="desk")
    server.post(f"/tickets/{waiting['id']}/transfer", guide, window=server.window(20))
    server.tick()
    assert len(server.snapshot(token)["alerts"]) == 1, "sent to a window that is closed"
    server.post(f"/tickets/{waiting['id']}/transfer", guide, window=tax_window)
    server.tick()
    assert server.snapshot(token)["alerts"] == []
    assert window


def test_a_matter_that_needs_a_skill_is_called_by_who_has_it(server: Server) -> None:
    server.take("xiaofang-kaiye-jiancha")
    server.clock.forward(minutes=3)
    token, window = server.at_window(3)
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    server.tick()
    assert [alert["kind"] for alert in server.snapshot(token)["alerts"]] == ["nobody-calls"]


def test_a_line_has_turns_in_its_ratio(server: Server) -> None:
    ratio = {**HELP, "choice": "ratio", "ratio": [2, 1]}
    server.rule(profiles=[ratio])
    token, window = server.at_window(3)
    server.wish("PUT", f"/windows/{window}/profile", server.log_in("manager"), profile="help")
    for matter in (TAX, "fagai-touzi-beian"):
        for _ in range(6):
            server.take(matter)
    called = []
    for _ in range(9):
        ticket = server.post(f"/windows/{window}/next", token)
        server.post(f"/tickets/{ticket['id']}/no-show", token)
        called.append(ticket["number"][0])
    assert (called.count("B"), called.count("A")) == (6, 3)
    assert "BBB" not in "".join(called)


def test_a_calling_rule_goes_first(server: Server) -> None:
    rule = {"name": "税务久等", "when": {"lines": ["B"], "longest_wait_over": 20}, "lines": ["B"]}
    profile = {**HELP, "lines": ["A", "B"]}
    server.rule(profiles=[profile], calling=[rule])
    server.take(TAX)
    server.clock.forward(minutes=15)
    server.take()
    server.take()
    token, window = server.at_window(3)
    server.wish("PUT", f"/windows/{window}/profile", server.log_in("manager"), profile="help")
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"
    server.post("/tickets/2/no-show", token)
    server.clock.forward(minutes=6)
    assert server.post(f"/windows/{window}/next", token)["number"] == "B001"
    told = server.ask("GET", "/tickets/1/why", token).json
    assert "税务久等" in told["sentence"]


def test_a_guaranteed_wait_is_kept_before_better_scores(server: Server) -> None:
    server.rule(
        priorities=[
            {"code": "ordinary", "name": "普通", "name_en": "Ordinary", "guarantee_minutes": 40},
            {
                "code": "priority",
                "name": "优先",
                "name_en": "Priority",
                "weight": 50.0,
                "head_start_minutes": 60.0,
            },
        ]
    )
    server.take()
    server.clock.forward(minutes=15)
    server.take(statuses=["disabled"])
    token, window = server.at_window(3)
    assert server.post(f"/windows/{window}/next", token)["number"] == "A002"
    server.post("/tickets/2/no-show", token)
    server.take(statuses=["disabled"])
    server.clock.forward(minutes=21)
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"
    assert "40 分钟" in server.ask("GET", "/tickets/1/why?before=A003", token).json["sentence"]


def test_who_was_sent_to_a_clerk_without_the_skill_is_not_forgotten(server: Server) -> None:
    ticket = server.take("xiaofang-kaiye-jiancha")
    token, window = server.at_window(3)
    guide = server.log_in("guide", station="desk")
    server.post(f"/tickets/{ticket['id']}/transfer", guide, window=window)
    server.clock.forward(minutes=3)
    server.tick()
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    assert [alert["kind"] for alert in server.snapshot(token)["alerts"]] == ["nobody-calls"]


def test_a_window_at_work_over_midnight_keeps_its_visitor(server: Server) -> None:
    server.rule(settings={"outside_hours": "serve"})
    server.clock.forward(hours=14, minutes=50)  # 23:50
    token, window = server.at_window(3)
    server.clock.forward(minutes=11)
    ticket = server.take()["id"]
    server.post(f"/windows/{window}/next", token)
    server.tick()
    shown = next(each for each in server.snapshot(token)["windows"] if each["id"] == window)
    assert (shown["state"], shown["ticket"], shown["clerk"]) == ("called", "A001", "人员0")
    server.post(f"/tickets/{ticket}/no-show", token)
    server.tick()
    shown = next(each for each in server.snapshot(token)["windows"] if each["id"] == window)
    assert shown["state"] == "closed"


def test_a_stored_next_of_yesterday_calls_nobody_today(server: Server) -> None:
    server.rule(settings={"outside_hours": "serve"})
    server.take()
    token, window = server.at_window(3)
    server.post(f"/windows/{window}/next", token)
    server.post(f"/windows/{window}/store-next", token)
    server.clock.forward(hours=16)
    server.take()
    server.tick()
    manager = server.log_in("manager")
    assert [each["state"] for each in server.snapshot(manager)["tickets"]] == ["waiting"]
    shown = next(each for each in server.snapshot(manager)["windows"] if each["id"] == window)
    assert shown["state"] == "closed"


def test_a_window_with_a_visitor_of_today_is_its_clerk_s_though_opened_yesterday(server: Server) -> None:
    server.rule(settings={"outside_hours": "serve"})
    server.clock.forward(hours=14, minutes=50)  # 23:50
    token, window = server.at_window(3)
    colleague = server.clerk(1)
    server.clock.forward(minutes=11)
    server.take()
    server.post(f"/windows/{window}/next", token)
    assert server.refused(f"/windows/{window}/shift", colleague) == "window-taken"
    other = server.window(4)
    assert server.refused(f"/windows/{other}/shift", token) == "open-elsewhere"
    assert server.refused(f"/windows/{other}/shift", token, move=True) == "window-busy"
