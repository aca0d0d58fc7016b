"""Every verb of the queue through HTTP: what it does, what it refuses, what stays on record."""

from typing import Any

import pytest

from tests.server.conftest import Server

Json = dict[str, Any]
ELDER = {"source": "card", "number": "11010519491231002X", "name": "欧阳小明"}
TAX = "shuiwu-xinxi-queren"


def take(server: Server, count: int = 1, **more: Any) -> list[Json]:
    taken = []
    for _ in range(count):
        taken.append(server.take(**more))
        server.clock.forward(seconds=30)
    return taken


def state(server: Server, token: str, ticket: int) -> Json:
    return dict(server.ask("GET", f"/tickets/{ticket}", token).json)


def test_a_chosen_number_is_called_before_its_turn_and_it_is_on_record(server: Server) -> None:
    _, second = take(server, 2)
    token, window = server.at_window()
    called = server.post(f"/tickets/{second['id']}/call", token)
    assert (called["number"], called["state"], called["window"]) == ("A002", "called", window)
    acts = state(server, token, second["id"])["acts"]
    assert [(act["verb"], act["actor_name"], act["window"]) for act in acts] == [("call", "人员0", window)]
    assert server.refused(f"/tickets/{second['id']}/call", token) == "wrong-state"


def test_a_chosen_number_of_a_line_that_the_window_does_not_serve_is_refused(server: Server) -> None:
    (other,) = take(server, matter=TAX)
    token, _ = server.at_window(3)
    assert server.refused(f"/tickets/{other['id']}/call", token) == "not-your-line"
    manager = server.log_in("manager")
    assert server.refused(f"/tickets/{other['id']}/call", manager) == "window-not-yours"


def test_the_next_one_is_called_as_soon_as_he_comes(server: Server) -> None:
    token, window = server.at_window()
    told = server.post(f"/windows/{window}/store-next", token)
    assert (told["state"], told["wants_next"]) == ("open", True)
    (taken,) = take(server)
    here = state(server, token, taken["id"])
    assert (here["state"], here["window"]) == ("called", window)
    windows = {each["id"]: each for each in server.snapshot(token)["windows"]}
    assert (windows[window]["wants_next"], windows[window]["ticket"]) == (False, "A001")


def test_a_stored_next_waits_for_the_window_to_be_free(server: Server) -> None:
    first, second = take(server, 2)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/windows/{window}/store-next", token)
    assert state(server, token, second["id"])["state"] == "waiting"
    server.post(f"/tickets/{first['id']}/no-show", token)
    assert state(server, token, second["id"])["state"] == "called"


def test_a_stored_next_can_be_taken_back_and_ends_with_a_pause(server: Server) -> None:
    token, window = server.at_window()
    server.post(f"/windows/{window}/store-next", token)
    assert server.wish("DELETE", f"/windows/{window}/store-next", token)["wants_next"] is False
    server.post(f"/windows/{window}/store-next", token)
    server.post(f"/windows/{window}/pause", token, reason="午餐")
    (taken,) = take(server)
    assert state(server, token, taken["id"])["state"] == "waiting"


def test_recalls_end_at_the_hall_s_limit(server: Server) -> None:
    server.rule(settings={"recall_limit": 2})
    take(server)
    token, window = server.at_window()
    ticket = server.post(f"/windows/{window}/next", token)["id"]
    assert [server.post(f"/tickets/{ticket}/recall", token)["recalls"] for _ in range(2)] == [1, 2]
    assert server.refused(f"/tickets/{ticket}/recall", token) == "recall-limit"


def test_a_call_is_taken_back_within_ten_seconds_and_the_place_is_kept(server: Server) -> None:
    first, second = take(server, 2)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.clock.forward(seconds=10)
    back = server.post(f"/tickets/{first['id']}/undo", token)
    assert (back["state"], back["window"], back["called_at"]) == ("waiting", None, None)
    lines = {line["prefix"]: line["waiting"] for line in server.snapshot(token)["lines"]}
    assert lines["A"] == 2
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"
    server.clock.forward(seconds=11)
    assert server.refused(f"/tickets/{first['id']}/undo", token) == "undo-too-late"
    server.post(f"/tickets/{first['id']}/start", token)
    assert server.refused(f"/tickets/{first['id']}/undo", token) == "wrong-state"
    assert server.refused(f"/tickets/{second['id']}/undo", token) == "ticket-elsewhere"


def test_a_recalled_ticket_is_not_taken_back(server: Server) -> None:
    take(server)
    token, window = server.at_window()
    ticket = server.post(f"/windows/{window}/next", token)["id"]
    server.post(f"/tickets/{ticket}/recall", token)
    assert server.refused(f"/tickets/{ticket}/undo", token) == "undo-too-late"


def test_an_undone_call_of_a_missed_one_leaves_him_missed(server: Server) -> None:
    (missed,) = take(server)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{missed['id']}/no-show", token)
    server.post(f"/tickets/{missed['id']}/call", token)
    assert server.post(f"/tickets/{missed['id']}/undo", token)["state"] == "no_show"


def test_finishing_tells_what_came_of_each_matter_and_calls_the_next(server: Server) -> None:
    first, second = take(server, 2)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{first['id']}/start", token)
    outcomes = [
        {"matter": "fagai-touzi-beian", "outcome": "accepted"},
        {"matter": TAX, "outcome": "incomplete", "note": "缺身份证复印件"},
    ]
    done = server.post(f"/tickets/{first['id']}/finish", token, outcomes=outcomes, next=True)
    assert (done["state"], done["next"]["number"], done["next"]["state"]) == ("finished", "A002", "called")
    kept = state(server, token, first["id"])["outcomes"]
    assert [(row["matter"], row["outcome"], row["note"]) for row in kept] == [
        ("fagai-touzi-beian", "accepted", None),
        (TAX, "incomplete", "缺身份证复印件"),
    ]
    server.post(f"/tickets/{second['id']}/start", token)
    assert server.post(f"/tickets/{second['id']}/finish", token, next=True)["next"] is None


def test_an_unknown_matter_among_the_outcomes_finishes_nothing(server: Server) -> None:
    (first,) = take(server)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{first['id']}/start", token)
    outcomes = [{"matter": "gibts-nicht", "outcome": "done"}]
    assert server.refused(f"/tickets/{first['id']}/finish", token, outcomes=outcomes) == "no-such-matter"
    assert state(server, token, first["id"])["state"] == "serving"


def test_a_missed_one_comes_back_behind_three_others(server: Server) -> None:
    missed, *_ = take(server, 6)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{missed['id']}/no-show", token)
    server.clock.forward(minutes=5)
    assert server.post(f"/tickets/{missed['id']}/call-back", token)["state"] == "waiting"
    order = []
    for _ in range(6):
        called = server.post(f"/windows/{window}/next", token)
        order.append(called["number"])
        server.post(f"/tickets/{called['id']}/no-show", token)
    assert order == ["A002", "A003", "A004", "A001", "A005", "A006"]


def test_a_missed_one_who_comes_back_too_late_takes_a_new_number(server: Server) -> None:
    (missed,) = take(server)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{missed['id']}/no-show", token)
    server.clock.forward(minutes=61)
    assert server.refused(f"/tickets/{missed['id']}/call-back", token) == "return-too-late"


def test_one_on_hold_is_not_called_by_itself_and_keeps_his_place(server: Server) -> None:
    first, _second = take(server, 2)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    held = server.post(f"/tickets/{first['id']}/hold", token, reason="复印材料", minutes=10)
    assert (held["state"], held["reason"]) == ("held", "复印材料")
    assert server.snapshot(token)["windows"][2]["state"] == "open"
    assert server.post(f"/windows/{window}/next", token)["number"] == "A002"
    server.post(f"/tickets/{_second['id']}/no-show", token)
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    take(server)
    server.post(f"/tickets/{first['id']}/resume", token)
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"


def test_a_hold_that_is_over_is_told(server: Server) -> None:
    (first,) = take(server)
    token, _ = server.at_window()
    server.post(f"/tickets/{first['id']}/hold", token, reason="复印", minutes=10)
    server.clock.forward(minutes=11)
    server.tick()
    assert [alert["kind"] for alert in server.snapshot(token)["alerts"]] == ["hold-over"]
    server.post(f"/tickets/{first['id']}/call", token)
    server.tick()
    assert server.snapshot(token)["alerts"] == []


def test_somebody_without_a_number_is_served_and_on_record(server: Server) -> None:
    token, window = server.at_window()
    served = server.post(f"/windows/{window}/serve", token, 201, matter="fagai-touzi-beian", identity=ELDER)
    assert (served["number"], served["state"], served["visitor"]["tail"]) == ("直办", "serving", "…002X")
    assert server.refused(f"/windows/{window}/serve", token, matter="fagai-touzi-beian") == "window-busy"
    assert server.refused(f"/tickets/{served['id']}/hold", token, reason="复印") == "without-number"
    assert (
        server.refused(f"/tickets/{served['id']}/transfer", token, line=server.line("B")) == "without-number"
    )
    assert server.post(f"/tickets/{served['id']}/finish", token)["state"] == "finished"
    assert server.take()["number"] == "A001", "the series has no gap"


def test_a_paused_window_calls_nobody(server: Server) -> None:
    take(server)
    token, window = server.at_window()
    paused = server.post(f"/windows/{window}/pause", token, reason="会议")
    assert (paused["state"], paused["pause_reason"]) == ("paused", "会议")
    assert server.refused(f"/windows/{window}/next", token) == "window-paused"
    assert server.post(f"/windows/{window}/unpause", token)["state"] == "open"
    called = server.post(f"/windows/{window}/next", token)
    assert server.refused(f"/windows/{window}/pause", token, reason="会议") == "window-busy"
    with server.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT state, reason, ended_at IS NULL FROM shift_interval ORDER BY id"
        ).all()
    assert [(row[0], row[1], bool(row[2])) for row in rows] == [
        ("open", None, False),
        ("paused", "会议", False),
        ("open", None, True),
    ]
    assert called["number"] == "A001"


def test_a_clerk_moves_to_another_window(server: Server) -> None:
    token, first = server.at_window(3)
    second = server.window(4)
    assert server.refused(f"/windows/{second}/shift", token) == "open-elsewhere"
    assert server.post(f"/windows/{second}/shift", token, 201, move=True)["window"] == second
    states = {window["id"]: window["state"] for window in server.snapshot(token)["windows"]}
    assert (states[first], states[second]) == ("closed", "open")
    take(server)
    server.post(f"/windows/{second}/next", token)
    assert server.refused(f"/windows/{first}/shift", token, move=True) == "window-busy"


@pytest.mark.parametrize(
    ("position", "order"),
    [("first", ["B002", "B001"]), ("keep", ["B002", "B001"]), ("last", ["B001", "B002"])],
)
def test_a_transferred_ticket_stands_where_it_was_put(
    server: Server, position: str, order: list[str]
) -> None:
    """`A001` has waited longer than the one in the tax line."""
    (general,) = take(server)
    take(server, matter=TAX)
    token, _ = server.at_window(3)
    moved = server.post(f"/tickets/{general['id']}/transfer", token, line=server.line("B"), position=position)
    assert (moved["number"], moved["line"]) == ("A001", server.line("B"))
    counts = {line["prefix"]: line["waiting"] for line in server.snapshot(token)["lines"]}
    assert (counts["A"], counts["B"]) == (0, 2)
    tax, window = server.at_window(13, 1)
    first = server.post(f"/windows/{window}/next", tax)["number"]
    assert (first == "A001") == (order[0] == "B002")


def test_a_ticket_sent_to_a_window_is_called_there_only(server: Server) -> None:
    first, _ = take(server, 2)
    token, window = server.at_window(3)
    other, elsewhere = server.at_window(13, 1)
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{first['id']}/transfer", token, window=elsewhere, position="first")
    assert server.post(f"/windows/{window}/next", token)["number"] == "A002"
    assert server.post(f"/windows/{elsewhere}/next", other)["number"] == "A001"


def test_a_ticket_sent_to_a_person_follows_him(server: Server) -> None:
    (first,) = take(server)
    token, window = server.at_window(3)
    other, elsewhere = server.at_window(4, 1)
    person = server.snapshot(other)["me"]["clerk"]["id"]
    server.post(f"/tickets/{first['id']}/transfer", token, staff=person)
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    assert server.post(f"/windows/{elsewhere}/next", other)["number"] == "A001"


def test_a_delayed_ticket_is_not_called_before(server: Server) -> None:
    (first,) = take(server)
    token, window = server.at_window(3)
    server.post(f"/tickets/{first['id']}/transfer", token, line=server.line("A"), delay_minutes=10)
    assert server.refused(f"/windows/{window}/next", token) == "nobody-waiting"
    server.clock.forward(minutes=10)
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"


def test_a_lent_ticket_comes_back_to_its_window(server: Server) -> None:
    first, _second = take(server, 2)
    token, window = server.at_window(3)
    other, elsewhere = server.at_window(13, 1)
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{first['id']}/start", token)
    server.post(f"/tickets/{first['id']}/transfer", token, window=elsewhere, **{"return": True})
    server.post(f"/windows/{elsewhere}/next", other)
    server.post(f"/tickets/{first['id']}/start", other)
    assert server.post(f"/tickets/{first['id']}/finish", other)["state"] == "waiting"
    assert server.post(f"/windows/{window}/next", token)["number"] == "A001"
    server.post(f"/tickets/{first['id']}/start", token)
    assert server.post(f"/tickets/{first['id']}/finish", token)["state"] == "finished"


def test_a_transfer_needs_somewhere_to_go(server: Server) -> None:
    (first,) = take(server)
    token, _ = server.at_window(3)
    path = f"/tickets/{first['id']}/transfer"
    assert server.refused(path, token) == "nowhere-to-go"
    assert server.refused(path, token, line=99999) == "no-such-line"
    assert server.refused(path, token, window=99999) == "no-such-window"
    assert server.refused(path, token, staff=99999) == "not-at-work"
    foreign = server.line("A", "shucheng")
    assert server.refused(path, token, line=foreign) == "no-such-line"


def test_what_no_database_can_hold_is_refused_and_not_a_fault(server: Server) -> None:
    (first,) = take(server)
    manager = server.log_in("manager")
    assert server.ask("POST", f"/tickets/{2**64}/cancel", manager, {}).status_code == 404
    assert server.ask("GET", f"/tickets/{2**63}", manager).status_code == 404
    assert server.refused(f"/tickets/{first['id']}/transfer", manager, staff=2**40) == "bad-request"
    assert server.refused(f"/tickets/{first['id']}/cancel", manager, reason="a\x00b") == "bad-request"
    assert server.ask("GET", "/tickets?q=%00", manager).json["tickets"] == []


def test_another_matter_takes_who_waits_to_its_line_and_keeps_his_time(server: Server) -> None:
    (first,) = take(server)
    take(server, matter=TAX)
    token, _ = server.at_window(3)
    changed = server.post(f"/tickets/{first['id']}/matter", token, matter=TAX)
    assert (changed["line"], changed["matter"]) == (server.line("B"), TAX)
    tax, window = server.at_window(13, 1)
    assert server.post(f"/windows/{window}/next", tax)["number"] == "A001"
    server.post(f"/tickets/{first['id']}/matter", tax, matter="fagai-touzi-beian")
    assert state(server, tax, first["id"])["window"] == window, "who is called stays where he is"


def test_a_priority_by_hand_needs_a_reason_and_is_on_record(server: Server) -> None:
    _, second = take(server, 2)
    guide = server.log_in("guide", station="desk")
    path = f"/tickets/{second['id']}/priority"
    assert server.refused(path, guide, priority="priority") == "bad-request"
    assert server.refused(path, guide, priority="king", reason="x") == "no-such-priority"
    server.post(path, guide, priority="priority", reason="行动不便")
    token, window = server.at_window(3)
    assert server.post(f"/windows/{window}/next", token)["number"] == "A002"
    acts = [(act["verb"], act["reason"]) for act in state(server, token, second["id"])["acts"]]
    assert acts == [("prioritise", "行动不便"), ("call", None)]


def test_cancelled_tickets_are_over(server: Server) -> None:
    first, second = take(server, 2)
    guide = server.log_in("guide", station="desk")
    assert server.post(f"/tickets/{first['id']}/cancel", guide, reason="群众离开")["state"] == "cancelled"
    token, window = server.at_window(3)
    assert server.post(f"/windows/{window}/next", token)["number"] == "A002"
    assert server.refused(f"/tickets/{second['id']}/cancel", guide) == "ticket-elsewhere"
    assert server.post(f"/tickets/{second['id']}/cancel", token)["state"] == "cancelled"
    assert server.snapshot(token)["windows"][2]["state"] == "open"
    assert server.refused(f"/tickets/{first['id']}/call", token) == "wrong-state"


def test_a_ticket_is_found_by_number_and_by_the_last_four(server: Server) -> None:
    server.take(identity=ELDER)
    guide = server.log_in("guide", station="desk")
    for asked in ("A001", "a1", " A01 ", "002X", "002x"):
        found = server.ask("GET", f"/tickets?q={asked}", guide).json["tickets"]
        assert [ticket["number"] for ticket in found] == ["A001"], asked
    for asked in ("", "A002", "A", "Z001", "0021", "%", "A001 OR 1=1"):
        assert server.ask("GET", f"/tickets?q={asked}", guide).json["tickets"] == [], asked
    other = server.clerk(hall="shucheng")
    assert server.ask("GET", "/tickets?q=A001", other).json["tickets"] == []


VERBS: list[tuple[str, Json]] = [
    ("call", {}),
    ("recall", {}),
    ("undo", {}),
    ("start", {}),
    ("finish", {}),
    ("no-show", {}),
    ("call-back", {}),
    ("hold", {"reason": "x"}),
    ("resume", {}),
    ("transfer", {"line": 1}),
    ("matter", {"matter": TAX}),
    ("priority", {"priority": "priority", "reason": "x"}),
    ("cancel", {}),
]


@pytest.mark.parametrize(("verb", "body"), VERBS)
def test_another_hall_s_ticket_is_unknown(server: Server, verb: str, body: Json) -> None:
    ticket = server.take()
    before = server.everything_kept()
    stranger = server.log_in("manager", "shucheng")
    answer = server.ask("POST", f"/tickets/{ticket['id']}/{verb}", stranger, body)
    assert (answer.status_code, answer.json["code"]) in {
        (404, "no-such-ticket"),
        (404, "no-such-matter"),
    }
    assert len(server.everything_kept()) >= len(before)
    assert state(server, server.clerk(), ticket["id"])["acts"] == []


@pytest.mark.parametrize(("verb", "body"), [each for each in VERBS if each[0] not in ("call-back", "resume")])
def test_every_verb_may_be_sent_twice(server: Server, verb: str, body: Json) -> None:
    """The second has the first one's answer and no effect."""
    (ticket, _) = take(server, 2)
    token, window = server.at_window(3)
    if verb not in ("call", "transfer", "matter", "priority"):
        server.post(f"/windows/{window}/next", token)
    if verb == "finish":
        server.post(f"/tickets/{ticket['id']}/start", token)
    if verb == "transfer":
        body = {"line": server.line("B")}
    path = f"/tickets/{ticket['id']}/{verb}"
    once = server.ask("POST", path, token, body, key="same")
    assert once.status_code == 200, once.json
    acts = len(state(server, token, ticket["id"])["acts"])
    server.clock.forward(seconds=3)
    twice = server.ask("POST", path, token, body, key="same")
    assert (twice.status_code, twice.json) == (200, once.json)
    assert len(state(server, token, ticket["id"])["acts"]) == acts


@pytest.mark.parametrize("where", ["window", "staff"])
def test_nobody_is_sent_to_another_hall_s_window_or_clerk(server: Server, where: str) -> None:
    (first,) = take(server)
    guide = server.log_in("guide", station="desk")
    stranger, window = server.clerk(hall="shucheng"), server.window(1, "shucheng")
    server.post(f"/windows/{window}/shift", stranger, 201)
    person = server.snapshot(stranger)["me"]["clerk"]["id"]
    path = f"/tickets/{first['id']}/transfer"
    to = {"window": window, "staff": person}[where]
    refusal = {"window": "no-such-window", "staff": "not-at-work"}[where]
    assert server.refused(path, guide, line=server.line("B"), **{where: to}) == refusal
    own = server.window(3)
    assert server.refused(path, guide, **{"window": own, where: to}) == refusal
    assert server.refused(f"/windows/{window}/next", stranger) == "nobody-waiting"


def test_a_paused_window_serves_nobody_without_a_number(server: Server) -> None:
    token, window = server.at_window()
    server.post(f"/windows/{window}/pause", token, reason="会议")
    assert server.refused(f"/windows/{window}/serve", token, matter="fagai-touzi-beian") == "window-paused"


def test_a_lent_ticket_has_its_outcome_where_it_ends_and_is_called_there_at_once(server: Server) -> None:
    (first,) = take(server)
    token, window = server.at_window(3)
    other, elsewhere = server.at_window(13, 1)
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{first['id']}/transfer", token, window=elsewhere, **{"return": True})
    server.post(f"/windows/{window}/store-next", token)
    server.post(f"/windows/{elsewhere}/next", other)
    server.post(f"/tickets/{first['id']}/start", other)
    server.post(f"/tickets/{first['id']}/finish", other)
    back = state(server, token, first["id"])
    assert (back["state"], back["window"], back["outcomes"]) == ("called", window, [])
    server.post(f"/tickets/{first['id']}/start", token)
    server.post(f"/tickets/{first['id']}/finish", token)
    assert len(state(server, token, first["id"])["outcomes"]) == 1


def test_a_missed_one_of_a_higher_class_comes_back_behind_three_others_too(server: Server) -> None:
    (missed,) = take(server, identity=ELDER)
    server.clock.forward(minutes=20)
    take(server, 5)
    server.clock.forward(minutes=20)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.post(f"/tickets/{missed['id']}/no-show", token)
    server.post(f"/tickets/{missed['id']}/call-back", token)
    order = []
    for _ in range(6):
        called = server.post(f"/windows/{window}/next", token)
        order.append(called["number"])
        server.post(f"/tickets/{called['id']}/no-show", token)
    assert order == ["A002", "A003", "A004", "A001", "A005", "A006"]
