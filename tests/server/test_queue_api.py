"""The queue through its HTTP face."""

import pytest

from tests.server.conftest import Server

ID_NUMBER = "11010519491231002X"
IDENTITY = {"source": "card", "number": ID_NUMBER, "name": "欧阳小明"}


def test_a_visitor_is_issued_called_served_and_finished(server: Server) -> None:
    issued = server.take(identity=IDENTITY)
    assert (issued["number"], issued["zone"], issued["floor"], issued["windows"]) == (
        "A001",
        "无差别综合受理区",
        1,
        "1–12",
    )
    token, window = server.at_window(3)
    called = server.ask("POST", f"/windows/{window}/next", token).json
    assert called["number"] == "A001"
    assert called["visitor"] == {"name": "欧阳**", "tail": "…002X"}
    for verb, state in (("recall", "called"), ("start", "serving"), ("finish", "finished")):
        assert server.ask("POST", f"/tickets/{called['id']}/{verb}", token).json["state"] == state
    with server.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT state, ended_at IS NOT NULL, window_id, staff_id FROM ticket_interval ORDER BY id"
        ).all()
    assert [tuple(row) for row in rows] == [
        ("waiting", 1, None, None),
        ("called", 1, window, 1),
        ("serving", 1, window, 1),
    ]


def test_people_ahead_and_the_expected_wait_are_told(server: Server) -> None:
    assert (server.take()["ahead"], server.take()["wait"]) == (0, None)
    server.at_window(3)
    third = server.take()
    assert third["ahead"] == 2
    assert third["wait"] == {"low": 15, "high": 30, "words": "约 15–30 分钟", "words_en": "15–30 min"}


def test_each_line_has_its_own_series_and_each_day_begins_anew(server: Server) -> None:
    server.rule(settings={"outside_hours": "serve"})
    assert server.take()["number"] == "A001"
    assert server.take()["number"] == "A002"
    server.clock.forward(hours=14, minutes=59)
    assert server.take()["number"] == "A003"
    server.clock.forward(minutes=1)  # midnight in the hall, 16:00 UTC
    assert server.take()["number"] == "A001"


def test_a_ticket_of_another_day_is_not_called(server: Server) -> None:
    server.take()
    server.clock.forward(days=1)
    token, window = server.at_window()
    assert server.ask("POST", f"/windows/{window}/next", token).json["code"] == "nobody-waiting"


def test_a_theme_is_taken_like_a_matter(server: Server) -> None:
    themes = server.ask("GET", "/matters", server.tokens["hengnan"]["kiosk"]).json["themes"]
    assert server.take(themes[0]["code"])["matter_name"] == themes[0]["name"]


def test_a_matter_done_elsewhere_is_not_given_a_number(server: Server) -> None:
    kiosk = server.tokens["shucheng"]["kiosk"]
    matters = server.ask("GET", "/matters", kiosk).json["matters"]
    here = next(matter for matter in matters if matter["place"] == "政务服务中心")
    there = next(matter for matter in matters if matter["place"] == "城区户政中心")
    assert server.take(here["code"], "shucheng")["state"] == "waiting"
    refused = server.ask("POST", "/tickets", kiosk, {"matter": there["code"]})
    assert (refused.status_code, refused.json["code"]) == (409, "done-elsewhere")
    assert "城区户政中心" in refused.json["detail"]


def test_a_window_serves_only_its_lines(server: Server) -> None:
    server.take()
    token, window = server.at_window(13)
    assert server.ask("POST", f"/windows/{window}/next", token).json["code"] == "nobody-waiting"


def test_refusals_are_problem_details_with_a_sentence_in_chinese(server: Server) -> None:
    token, window = server.at_window()
    refused = server.ask("POST", f"/windows/{window}/next", token)
    assert refused.status_code == 409
    assert refused.mimetype == "application/problem+json"
    assert refused.json == {
        "type": "/problems/nobody-waiting",
        "title": "nobody-waiting",
        "status": 409,
        "detail": "暂时没有等候的群众。",
        "detail_en": "Nobody is waiting at the moment.",
        "code": "nobody-waiting",
    }


def test_a_window_has_one_visitor_at_a_time(server: Server) -> None:
    server.take()
    server.take()
    token, window = server.at_window()
    first = server.ask("POST", f"/windows/{window}/next", token).json
    assert server.ask("POST", f"/windows/{window}/next", token).json["code"] == "window-busy"
    assert server.ask("DELETE", f"/windows/{window}/shift", token).json["code"] == "window-busy"
    assert server.ask("POST", f"/tickets/{first['id']}/no-show", token).json["state"] == "no_show"
    assert server.ask("POST", f"/windows/{window}/next", token).json["number"] == "A002"


def test_a_clerk_acts_only_at_his_own_window(server: Server) -> None:
    server.take()
    token, window = server.at_window(3, n=0)
    other, other_window = server.at_window(4, n=1)
    called = server.ask("POST", f"/windows/{window}/next", token).json
    assert server.ask("POST", f"/tickets/{called['id']}/finish", other).json["code"] == "ticket-elsewhere"
    assert server.ask("POST", f"/windows/{window}/next", other).json["code"] == "window-not-yours"
    taken = server.ask("POST", f"/windows/{window}/shift", other).json
    assert (taken["code"], taken["detail"]) == ("window-taken", "3号窗口正由人员0使用，请选择其他窗口。")
    free = server.window(5)
    assert (
        server.ask("POST", f"/windows/{free}/shift", other).json["detail"]
        == "您已在4号窗口开窗，请先关闭该窗口。"
    )
    assert server.ask("DELETE", f"/windows/{other_window}/shift", other).status_code == 204
    assert server.ask("POST", f"/windows/{free}/shift", other).status_code == 201


def test_a_shift_forgotten_yesterday_does_not_keep_the_window(server: Server) -> None:
    server.at_window(3, n=0)
    server.clock.forward(days=1)
    _, window = server.at_window(3, n=1)
    kinds = [
        event["kind"]
        for event in server.ask("GET", "/events?after=0", server.tokens["hengnan"]["board"]).json["events"]
    ]
    assert kinds[-2:] == ["window.closed", "window.opened"]
    assert window


@pytest.mark.parametrize(
    ("states", "verb"),
    [
        ([], "start"),
        ([], "finish"),
        ([], "no-show"),
        ([], "recall"),
        (["next"], "finish"),
        (["next", "start"], "recall"),
        (["next", "start"], "start"),
        (["next", "start"], "no-show"),
        (["next", "start", "finish"], "finish"),
        (["next", "no-show"], "start"),
    ],
)
def test_a_verb_that_does_not_fit_is_refused_and_changes_nothing(
    server: Server, states: list[str], verb: str
) -> None:
    ticket = server.take()["id"]
    token, window = server.at_window()
    for each in states:
        path = f"/windows/{window}/next" if each == "next" else f"/tickets/{ticket}/{each}"
        assert server.ask("POST", path, token).status_code == 200
    board = server.tokens["hengnan"]["board"]
    before = server.ask("GET", "/snapshot", board).json
    refused = server.ask("POST", f"/tickets/{ticket}/{verb}", token)
    assert refused.status_code == 409
    assert refused.json["code"] in {"wrong-state", "ticket-elsewhere"}
    assert server.ask("GET", "/snapshot", board).json == before


def test_a_wish_sent_twice_has_one_effect_and_the_same_answer(server: Server) -> None:
    kiosk = server.tokens["hengnan"]["kiosk"]
    answers = [
        server.ask("POST", "/tickets", kiosk, {"matter": "fagai-touzi-beian"}, key="one").json
        for _ in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]
    server.take()
    token, window = server.at_window()
    calls = [server.ask("POST", f"/windows/{window}/next", token, key="two").json for _ in range(2)]
    assert calls[0] == calls[1]
    assert server.take()["number"] == "A003"


def test_a_refusal_sent_again_is_refused_again_with_the_same_answer(server: Server) -> None:
    token, window = server.at_window()
    first = server.ask("POST", f"/windows/{window}/next", token, key="again")
    server.take()
    second = server.ask("POST", f"/windows/{window}/next", token, key="again")
    assert (first.status_code, first.json) == (second.status_code, second.json) == (409, first.json)
    assert server.ask("POST", f"/windows/{window}/next", token, key="new").json["number"] == "A001"


def test_a_key_is_not_used_for_two_wishes_and_must_be_given(server: Server) -> None:
    kiosk = server.tokens["hengnan"]["kiosk"]
    server.ask("POST", "/tickets", kiosk, {"matter": "fagai-touzi-beian"}, key="same")
    other = server.ask("POST", "/tickets", kiosk, {"matter": "another"}, key="same")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    bare = server.app.test_client().post(
        "/api/v1/tickets", json={"matter": "fagai-touzi-beian"}, headers={"Authorization": f"Bearer {kiosk}"}
    )
    assert (bare.status_code, bare.json["code"]) == (400, "idempotency-key-missing")  # type: ignore[index]


def test_a_malformed_wish_is_refused_with_what_is_wrong(server: Server) -> None:
    kiosk = server.tokens["hengnan"]["kiosk"]
    for body in (
        {},
        {"matter": ""},
        {"matter": "x", "more": 1},
        {"matter": "x", "identity": {"source": "guess", "number": "1"}},
    ):
        refused = server.ask("POST", "/tickets", kiosk, body)
        assert (refused.status_code, refused.json["code"]) == (422, "bad-request")
        assert refused.mimetype == "application/problem+json"
    assert (
        server.ask("POST", "/tickets", kiosk, {"matter": "nothing-of-ours"}).json["code"] == "no-such-matter"
    )


def test_what_became_of_the_paper_is_known(server: Server) -> None:
    ticket = server.take()
    kiosk = server.tokens["hengnan"]["kiosk"]
    path = f"/tickets/{ticket['id']}/prints"
    assert server.ask("POST", path, kiosk, {"outcome": "failed", "reason": "缺纸"}).json["print"] == "failed"
    assert server.ask("POST", path, kiosk, {"outcome": "printed"}).json["print"] == "printed"
    assert (
        server.ask("POST", path, server.tokens["shucheng"]["kiosk"], {"outcome": "printed"}).status_code
        == 404
    )


def test_whoever_holds_the_paper_sees_his_place(server: Server) -> None:
    server.take()
    slug = server.take(identity=IDENTITY)["slug"]
    seen = server.ask("GET", f"/tickets/by-slug/{slug}", None).json
    assert (seen["number"], seen["ahead"], seen["state_words"]) == ("A002", 0, "等候中"), "an elder"
    assert "欧阳" not in str(seen)
    for wrong in (
        slug[:-1] + ("A" if slug[-1] != "A" else "B"),
        "1-",
        "x",
        "-",
        "fffffffffffffffffffff-a",
        slug.upper(),
    ):
        assert server.ask("GET", f"/tickets/by-slug/{wrong}", None).status_code == 404
    token, window = server.at_window()
    server.ask("POST", f"/windows/{window}/next", token)
    assert server.ask("GET", f"/tickets/by-slug/{slug}", None).json["state"] == "called"


def test_an_id_number_and_a_name_are_nowhere_in_the_database(server: Server) -> None:
    server.take(identity=IDENTITY)
    server.ask(
        "POST",
        "/tickets",
        server.tokens["hengnan"]["kiosk"],
        {"matter": "nothing-of-ours", "identity": IDENTITY},
    )
    server.store.close()
    kept = server.everything_kept()
    assert "欧阳**".encode() in kept
    assert "…002X".encode() in kept
    for secret in (ID_NUMBER, "欧阳小明", ID_NUMBER[:14]):
        assert secret.encode() not in kept
