"""Our signed codes and codes of others, scanned at a kiosk."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kiosk.conftest import Devices, Kiosk, State, started
from tests.kiosk.resolver_stand_in import PEOPLE, TOKEN, ResolverStandIn, serve
from tests.kiosk.stand_in import SLUG, StandIn
from tinghao.basics.hall_codes import HallCode, Kind, sign
from tinghao.drivers.card_reader.cards import DEMO_CARDS

KEY = "a key of this installation, long enough"
ZHANG = PEOPLE["ESSC:1"]


@pytest.fixture
def issuer() -> ResolverStandIn:
    return ResolverStandIn()


@pytest.fixture
def kiosk(
    tmp_path: Path, address: str, devices: Devices, hall: StandIn, issuer: ResolverStandIn
) -> Iterator[Kiosk]:
    server, url = serve(issuer)
    file = devices.written(tmp_path, address, 1)
    with file.open("a", encoding="utf-8") as more:
        more.write(f'[codes]\nkeys = ["{KEY}"]\nresolver = "{url}"\ntoken = "{TOKEN}"\n')
    kiosk = started(file, devices, hall)
    kiosk.ready()
    yield kiosk
    issuer.go_on.set()
    kiosk.agent.close()
    server.shutdown()
    server.server_close()


def noticed(kiosk: Kiosk, code: str) -> State:
    return kiosk.until(lambda state: state["notice"] is not None and state["notice"]["code"] == code)


def scan(kiosk: Kiosk, kind: Kind, *, hall: int = 1, ends: datetime | None = None, key: str = KEY) -> None:
    kiosk.devices.scanner.scan(sign(HallCode(kind, hall, SLUG, ends), [key]))


def test_a_signed_ticket_leads_to_its_place(kiosk: Kiosk, issuer: ResolverStandIn) -> None:
    scan(kiosk, Kind.TICKET)
    assert kiosk.until(lambda state: state["screen"] == "place")["place"]["number"] == "A031"
    assert issuer.asked == []


def test_signed_codes_that_are_no_use_here_say_what_to_do(kiosk: Kiosk, issuer: ResolverStandIn) -> None:
    scan(kiosk, Kind.APPOINTMENT)
    assert "咨询服务台" in noticed(kiosk, "desk-appointment")["notice"]["zh"]
    scan(kiosk, Kind.PICKUP)
    assert "information desk" in noticed(kiosk, "desk-pickup")["notice"]["en"]
    scan(kiosk, Kind.TICKET, hall=2)
    noticed(kiosk, "code-other-hall")
    scan(kiosk, Kind.TICKET, ends=datetime.now(UTC) - timedelta(minutes=1))
    noticed(kiosk, "code-expired")
    scan(kiosk, Kind.TICKET, key="a key of somebody else, long enough")
    noticed(kiosk, "unknown-code")
    assert issuer.asked == []


def test_a_code_of_others_is_looked_up(kiosk: Kiosk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kiosk.devices.scanner.scan("ESSC:1")
    state = kiosk.until(lambda state: state["screen"] == "choosing")
    assert (state["visitor"], state["notice"]) == ({"name": "张*例", "source": "code"}, None)
    shown = json.dumps(kiosk.watch.states, ensure_ascii=False) + caplog.text
    for secret in ("ESSC", ZHANG["number"], ZHANG["name"], TOKEN):
        assert secret not in shown


def test_it_is_looked_up_once_and_holds_nothing_up(kiosk: Kiosk, issuer: ResolverStandIn) -> None:
    issuer.mood = "held"
    kiosk.devices.scanner.scan("ESSC:1")
    noticed(kiosk, "checking-code")
    assert issuer.heard.wait(5)
    kiosk.agent.code_scanned("ESSC:2")
    kiosk.agent.sized(kiosk.serial, True)
    assert kiosk.until(lambda state: state["elder"])["screen"] == "attract"
    issuer.go_on.set()
    assert kiosk.until(lambda state: state["screen"] == "choosing")["visitor"]["source"] == "code"
    assert issuer.asked == ["ESSC:1"]


def test_an_answer_for_who_has_left_disturbs_nobody(kiosk: Kiosk, issuer: ResolverStandIn) -> None:
    issuer.mood = "held"
    kiosk.agent.code_scanned("ESSC:1")
    assert issuer.heard.wait(5)
    kiosk.devices.reader.lay(DEMO_CARDS[1])
    kiosk.until(lambda state: state["screen"] == "choosing")
    issuer.go_on.set()
    for asking in threading.enumerate():
        if asking.name == "kiosk _find_person":
            asking.join(5)
    assert kiosk.agent.state()["visitor"] == {"name": "欧阳**", "source": "card"}


@pytest.mark.parametrize(
    ("code", "mood", "notice"),
    [
        ("ESSC:9", "well", "unknown-code"),
        ("https://example.org/", "well", "unknown-code"),
        ("ESSC:1", "error", "code-unreachable"),
    ],
)
def test_an_unresolved_code_says_what_to_do(
    kiosk: Kiosk, issuer: ResolverStandIn, code: str, mood: str, notice: str
) -> None:
    issuer.mood = mood  # type: ignore[assignment]
    kiosk.devices.scanner.scan(code)
    state = noticed(kiosk, notice)
    assert (state["screen"], state["visitor"]) == ("attract", None)
    assert "ID card" in state["notice"]["en"]


def test_who_takes_a_number_is_not_disturbed(kiosk: Kiosk, issuer: ResolverStandIn) -> None:
    kiosk.hall.no_tickets = True
    kiosk.agent.without(kiosk.serial)
    kiosk.agent.take(kiosk.serial, "fagai-touzi-beian")
    kiosk.until(lambda state: state["screen"] == "taking")
    kiosk.devices.scanner.scan("ESSC:1")
    noticed(kiosk, "busy")
    assert issuer.asked == []
