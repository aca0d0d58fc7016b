"""The workbench's API, as other tests and the page use it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tinghao.basics.settings import ConfigError
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.families import families
from tinghao.drivers.printer import Printer, TicketPaper
from tinghao.workbench.bench import Bench
from tinghao.workbench.config import load
from tinghao.workbench.pages import make_app

PAPER = TicketPaper(
    hall="衡南县政务服务大厅",
    number="A001",
    line="综合受理",
    matter="企业投资项目备案",
    zone="无差别综合受理区",
    floor="1楼",
    windows="1–12号窗口",
    ahead=3,
    wait=None,
    issued_at="2026-03-02 09:00",
    visitor="张*例",
    qr="http://hall.test/t/1f-abcd",
)


def written(folder: Path, printer: str = "127.0.0.1:0") -> Path:
    path = folder / "workbench.toml"
    path.write_text(
        f'[workbench]\nport = 8002\nkiosk = "http://127.0.0.1:8001/"\n'
        f'[devices]\ncard_reader = "{folder / "reader"}"\nscanner = "{folder / "scanner"}"\nprinter = "{printer}"\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(load(written(tmp_path)).devices)
    bench.start()
    yield bench
    bench.close()


@pytest.fixture
def client(tmp_path: Path, bench: Bench) -> FlaskClient:
    app, _socketio = make_app(load(written(tmp_path)), bench)
    return app.test_client()


def test_cards(client: FlaskClient, bench: Bench) -> None:
    laid = client.post("/api/card-reader/lay", json={"card": 1})
    assert laid.get_json()["card_reader"] == {"plugged": True, "card": 1}
    assert bench.reader.card == DEMO_CARDS[1]
    client.post("/api/card-reader/lay", json={"card": DEMO_CARDS[2].number})
    assert bench.reader.card == DEMO_CARDS[2]
    assert client.post("/api/card-reader/lift").get_json()["card_reader"]["card"] is None


@pytest.mark.parametrize(
    ("device", "action", "part", "value"),
    [
        ("card-reader", "unplug", "plugged", False),
        ("scanner", "unplug", "plugged", False),
        ("printer", "unplug", "plugged", False),
        ("printer", "paper-out", "paper", "out"),
        ("printer", "near-end", "paper", "near_end"),
        ("printer", "cover", "cover_open", True),
    ],
)
def test_actions(client: FlaskClient, device: str, action: str, part: str, value: object) -> None:
    state = client.post(f"/api/{device}/{action}").get_json()
    assert state[device.replace("-", "_")][part] == value
    undone = {"unplug": "plug", "cover": "cover"}.get(action, "load-paper")
    assert client.post(f"/api/{device}/{undone}").get_json()[device.replace("-", "_")][part] != value


def test_the_roll(client: FlaskClient, bench: Bench) -> None:
    printer = Printer(bench.printer.address)
    assert printer.print_ticket(PAPER).result == "printed"
    [paper] = client.get("/api/printer/papers").get_json()["papers"]
    assert (paper["number"], paper["qr"]) == (1, ["http://hall.test/t/1f-abcd"])
    assert "A001" in paper["text"]
    picture = client.get("/api/printer/papers/1.png")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/card-reader/lay", {"card": 99}, 404, "no-such-card"),
        ("/api/card-reader/lay", {}, 400, "malformed"),
        ("/api/scanner/scan", {"text": " "}, 400, "nothing-to-scan"),
        ("/api/printer/dance", None, 404, "no-such-action"),
        ("/api/robot/plug", None, 404, "no-such-action"),
    ],
)
def test_refusals(client: FlaskClient, path: str, body: object, status: int, code: str) -> None:
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["code"] == code


# All families


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Bench]:
    config = load(written(tmp_path)).devices.model_copy(update={"folder": tmp_path / "devices"})
    bench = Bench(config)
    bench.start()
    yield bench
    bench.close()


@pytest.fixture
def hall_client(tmp_path: Path, hall: Bench) -> FlaskClient:
    app, _socketio = make_app(load(written(tmp_path)), hall)
    return app.test_client()


def device(client: FlaskClient, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in client.get("/api/devices").get_json()["devices"] if each["name"] == name
    )
    return found


def until(client: FlaskClient, name: str, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    deadline = time.monotonic() + 15
    while not wanted(state := device(client, name)):
        assert time.monotonic() < deadline, state
    return state


def test_every_family_has_its_panel(hall_client: FlaskClient) -> None:
    shown = {each["name"]: each for each in hall_client.get("/api/devices").get_json()["devices"]}
    assert set(shown) == set(families())
    assert {name for name, each in shown.items() if each["driver"] is None} == {
        "card-reader",
        "scanner",
        "printer",
    }
    assert all(each["plugged"] and each["title"] and each["controls"] for each in shown.values())


def test_every_driver_finds_its_device(hall_client: FlaskClient) -> None:
    names = [each["name"] for each in hall_client.get("/api/devices").get_json()["devices"] if each["driver"]]
    for name in names:
        hall_client.post(f"/api/driver/{name}/connect")
    for name in names:
        until(
            hall_client, name, lambda state: any(line["text"] == "就绪" for line in state["driver"]["lines"])
        )


def test_polling_is_counted(hall_client: FlaskClient) -> None:
    hall_client.post("/api/driver/locker/connect")
    until(hall_client, "locker", lambda state: any(line["times"] > 3 for line in state["driver"]["lines"]))


def test_a_fault_is_switched(hall_client: FlaskClient) -> None:
    hall_client.post("/api/locker/fault-noise")
    assert device(hall_client, "locker")["faults"] == ["noise"]
    hall_client.post("/api/locker/fault-noise")
    assert device(hall_client, "locker")["faults"] == []


def test_the_real_driver_does_what_is_typed(hall_client: FlaskClient) -> None:
    hall_client.post("/api/driver/locker/order", json={"text": "1-3"})
    state = until(
        hall_client, "locker", lambda state: not state["driver"]["busy"] and state["driver"]["lines"]
    )
    doors = next(widget for widget in state["face"] if widget["kind"] == "doors")["doors"]
    assert [door["name"] for door in doors if door["open"]] == ["1-3"]
    lines = state["driver"]["lines"]
    assert any(line["kind"] == "out" and line["hex"].startswith("8A 01 03 11") for line in lines)
    assert any("门已打开" in line["text"] for line in lines)
    closed = hall_client.post("/api/driver/locker/disconnect").get_json()["devices"]
    assert not next(each for each in closed if each["name"] == "locker")["driver"]["connected"]


def test_a_telephone_number_is_not_spelled_out(hall_client: FlaskClient) -> None:
    hall_client.post("/api/driver/sms-modem/order", json={"text": "13800138000 您的办件已办结"})
    sent = until(
        hall_client,
        "sms-modem",
        lambda state: any("138****8000" in line["text"] for line in state["driver"]["lines"]),
    )
    [pdu] = [line for line in sent["driver"]["lines"] if "138****8000" in line["text"]]
    assert "··" in pdu["hex"]
    assert b"13800138000".hex(" ").upper() not in pdu["hex"]
    assert b"683108108300F0".hex(" ").upper() not in pdu["hex"]


def test_what_means_nothing_is_said(hall_client: FlaskClient) -> None:
    hall_client.post("/api/driver/locker/order", json={"text": "the big one"})
    until(
        hall_client,
        "locker",
        lambda state: any("看不懂" in line["text"] for line in state["driver"]["lines"]),
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/driver/printer/connect", 404, "no-such-action"),
        ("/api/driver/robot/try", 404, "no-such-action"),
        ("/api/locker/jam", 400, "not-understood"),
    ],
)
def test_refusals_of_devices(hall_client: FlaskClient, path: str, status: int, code: str) -> None:
    answer = hall_client.post(path)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_other_sites_may_not_use_the_devices(client: FlaskClient) -> None:
    assert client.post("/api/card-reader/lift", headers={"Origin": "http://evil.test"}).status_code == 403


def test_the_page_shows_every_sample_card(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert all(card.number in page for card in DEMO_CARDS)
    assert page.count("SAMPLE") == len(DEMO_CARDS)


def test_a_bad_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"workbench\.toml: devices\.printer"):
        load(written(tmp_path, "9100"))
