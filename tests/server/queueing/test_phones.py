"""Numbers on phones: only for who is in the hall, one at a time, and given back by their holder."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.conftest import MORNING, SECRET, Server
from tinghao.server.queueing.rules.presence import (
    GOOD_FOR,
    MOST_A_MINUTE,
    SHOWN_FOR,
    Pace,
    PresenceOver,
    TooMany,
    check_presence,
    code_now,
)

Json = dict[str, Any]
MATTER = "fagai-touzi-beian"


class Phone:
    """A visitor's phone: it keeps its cookies."""

    def __init__(self, server: Server, hall: str = "hengnan") -> None:
        self._browser = server.app.test_client()
        self._server = server
        self._hall = hall

    def take(self, code: str, matter: str = MATTER, key: str | None = None, **more: Any) -> Any:
        """Asks for a number."""
        headers = {"Idempotency-Key": key or f"phone-{next(self._server.keys)}"}
        body = {"code": code, "matter": matter, **more}
        return self._browser.post(f"/api/v1/public/{self._hall}/tickets", json=body, headers=headers)

    def cancel(self, slug: str) -> Any:
        """Gives a number back."""
        headers = {"Idempotency-Key": f"phone-{next(self._server.keys)}"}
        return self._browser.post(f"/api/v1/tickets/by-slug/{slug}/cancel", headers=headers)


def shown(server: Server, hall: str = "hengnan") -> Json:
    """What a kiosk shows for phones."""
    return dict(server.ask("GET", "/presence", server.tokens[hall]["kiosk"]).json)


def test_a_number_is_taken_and_given_back_on_a_phone(server: Server) -> None:
    presence, phone = shown(server), Phone(server)
    address = urlsplit(presence["url"])
    assert (address.path, address.fragment) == ("/take/hengnan", presence["code"])
    given = phone.take(presence["code"], key="once")
    assert given.status_code == 201
    assert given.json.keys() == {"number", "slug"}
    assert phone.take(presence["code"], key="once").json == given.json
    place = server.ask("GET", f"/tickets/by-slug/{given.json['slug']}", None).json
    assert (place["number"], place["state"], place["ahead"]) == (given.json["number"], "waiting", 0)
    staff = server.snapshot(server.clerk())["tickets"][0]
    assert (staff["visitor"], staff["print"]) == ({"name": None, "tail": "手机"}, "none")
    assert phone.cancel(given.json["slug"]).json["state"] == "cancelled"
    assert phone.cancel(given.json["slug"]).json["code"] == "wrong-state"
    assert phone.take(presence["code"]).status_code == 201


def test_a_phone_has_one_number_at_a_time_and_another_phone_its_own(server: Server) -> None:
    code, phone = shown(server)["code"], Phone(server)
    first = phone.take(code).json
    again = phone.take(code)
    assert (again.status_code, again.json["code"]) == (409, "already-waiting")
    assert again.json["ticket"]["slug"] == first["slug"]
    assert Phone(server).take(code).json["number"] != first["number"]


def test_a_typed_id_number_counts_as_the_person_and_betrays_no_ticket(server: Server) -> None:
    who = {"number": "110105199912310029"}
    held = server.take(identity={"source": "card", **who})
    refusal = Phone(server).take(shown(server)["code"], identity=who)
    assert (refusal.json["code"], refusal.json["ticket"]) == ("already-waiting", None)
    assert held["slug"] not in str(refusal.json)


def test_no_number_from_home(server: Server) -> None:
    code, elsewhere = shown(server)["code"], shown(server, "shucheng")["code"]
    for wrong in ("TH1H", elsewhere, code[:-1] + ("A" if code[-1] != "A" else "B")):
        assert Phone(server).take(wrong).json["code"] == "presence-over"
    server.clock.forward(seconds=(GOOD_FOR + SHOWN_FOR).total_seconds())
    assert Phone(server).take(code).json["code"] == "presence-over"
    assert Phone(server).take(shown(server)["code"]).status_code == 201


def test_more_than_could_walk_in_are_asked_to_wait(server: Server) -> None:
    code = shown(server)["code"]
    given = [Phone(server).take(code).status_code for _ in range(MOST_A_MINUTE + 1)]
    assert given == [201] * MOST_A_MINUTE + [429]
    server.clock.forward(minutes=1)
    assert Phone(server).take(code).status_code == 201


def test_the_public_list_of_matters_names_the_hall(server: Server) -> None:
    told = server.ask("GET", "/public/hengnan/matters", None).json
    assert told["hall"]["name"] == "衡南县政务服务大厅"
    assert any(each["code"] == MATTER for each in told["matters"])
    assert server.ask("GET", "/public/atlantis/matters", None).status_code == 404


@given(st.integers(0, 10_000), st.integers(0, 2000))
def test_a_code_is_good_for_ten_to_twelve_minutes(shown_at: int, later: int) -> None:
    start = MORNING + timedelta(seconds=shown_at)
    code, ends = code_now(SECRET, 1, start)
    assert GOOD_FOR < ends - start <= GOOD_FOR + SHOWN_FOR
    now = start + timedelta(seconds=later)
    if now < ends:
        check_presence(code, SECRET, 1, now)
    else:
        with pytest.raises(PresenceOver):
            check_presence(code, SECRET, 1, now)
    with pytest.raises(PresenceOver):
        check_presence(code, SECRET + "x", 1, start)


@given(st.lists(st.integers(0, 90), max_size=120))
def test_no_minute_has_more_than_its_share(gaps: list[int]) -> None:
    pace, now, given_at = Pace(), MORNING, []
    for gap in gaps:
        now += timedelta(seconds=gap / 10)
        try:
            pace.check(1, now)
        except TooMany:
            assert sum(now - at < timedelta(minutes=1) for at in given_at) == MOST_A_MINUTE
        else:
            given_at.append(now)
            assert sum(now - at < timedelta(minutes=1) for at in given_at) <= MOST_A_MINUTE
