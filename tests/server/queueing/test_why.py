"""“Why was A031 called before A012?”: answered through HTTP from the record."""

from typing import Any

from tests.server.conftest import Server

ELDER = {"source": "card", "number": "11010519491231002X", "name": "欧阳小明"}
Json = dict[str, Any]


def why(server: Server, token: str, ticket: int, before: str | None = None) -> Json:
    asked = f"?before={before}" if before else ""
    answer = server.ask("GET", f"/tickets/{ticket}/why{asked}", token)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_an_elder_s_head_start_is_told_with_its_numbers(server: Server) -> None:
    server.take()
    server.clock.forward(minutes=5)
    elder = server.take(identity=ELDER)
    server.clock.forward(minutes=2)
    token, window = server.at_window()
    queue = server.ask("GET", f"/windows/{window}/queue", token).json
    assert queue["next"] == elder["id"]
    assert queue["tickets"][0] == elder["id"]
    assert "A002" in queue["why"]["zh"]
    assert server.post(f"/windows/{window}/next", token)["number"] == "A002"
    told = why(server, token, elder["id"], "A001")
    assert "优先" in told["sentence"]
    assert "A001" in told["sentence"]
    assert "欧阳" not in str(told)
    assert told["sentence_en"]


def test_the_rules_of_that_time_explain_an_old_call(server: Server) -> None:
    server.take()
    server.clock.forward(minutes=5)
    elder = server.take(identity=ELDER)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    then = why(server, token, elder["id"], "A001")
    server.rule(priorities=[{"code": "ordinary", "name": "普通", "name_en": "Ordinary", "weight": 5.0}])
    assert why(server, token, elder["id"], "A001") == then


def test_one_who_was_missed_or_came_later_or_waits_elsewhere(server: Server) -> None:
    missed, called = server.take(), server.take()
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    server.clock.forward(minutes=1)
    server.post(f"/tickets/{missed['id']}/no-show", token)
    server.clock.forward(minutes=1)
    server.post(f"/windows/{window}/next", token)
    server.clock.forward(minutes=1)
    server.take()
    server.take(matter="shuiwu-xinxi-queren")
    assert "过号" in why(server, token, called["id"], "A001")["sentence"]
    assert "还没有取号" in why(server, token, called["id"], "A003")["sentence"]
    assert "还没有取号" in why(server, token, called["id"], "B001")["sentence"]
    assert server.ask("GET", f"/tickets/{called['id']}/why?before=A099", token).status_code == 404


def test_one_called_out_of_turn_is_told_with_who_did_it(server: Server) -> None:
    server.take()
    second = server.take()
    token, _window = server.at_window()
    server.post(f"/tickets/{second['id']}/call", token)
    assert "人员0" in why(server, token, second["id"], "A001")["sentence"]


def test_one_placed_first_is_told_with_who_did_it_and_why(server: Server) -> None:
    server.take()
    server.clock.forward(minutes=1)
    second = server.take()
    guide = server.log_in("guide", station="desk")
    path = f"/tickets/{second['id']}/transfer"
    server.post(path, guide, line=server.line("A"), position="first", reason="系统故障重新取号")
    server.clock.forward(minutes=1)
    token, window = server.at_window()
    server.post(f"/windows/{window}/next", token)
    told = why(server, token, second["id"], "A001")
    assert "导办" in told["sentence"]
    assert any("系统故障重新取号" in point["zh"] for point in told["points"])
