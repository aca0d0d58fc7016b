"""Configuration, codes and the memory on disk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tinghao.basics.hall_codes import HallCode, Kind, sign
from tinghao.basics.settings import ConfigError
from tinghao.drivers.printer.profiles import PROFILES
from tinghao.kiosk.codes import IdNumberCode, TicketCode, UnknownCode, UselessCode, understand
from tinghao.kiosk.config import load
from tinghao.kiosk.store import Store

GOOD = """[kiosk]
port = 8001
server = "http://127.0.0.1:8000/"
token = "st_secret"
data = "memory"
[devices]
printer = "tcp://10.0.0.8:9100"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))
    assert config.kiosk.server == "http://127.0.0.1:8000"
    assert config.kiosk.data == tmp_path / "memory"
    assert config.devices.card_reader is None
    assert "st_secret" not in repr(config)


def test_the_printer_is_of_a_kind(tmp_path: Path) -> None:
    assert load(written(tmp_path, GOOD)).printer.chosen() == PROFILES["80mm"]
    text = GOOD + '[printer]\nprofile = "custom"\npresent_steps = 3\ntake_within = 0\n'
    chosen = load(written(tmp_path, text)).printer.chosen()
    assert (chosen.presenter, chosen.present_steps, chosen.take_within) == ("custom", 3, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("port = 8001", "port = 0"), ["kiosk.toml", "kiosk.port"]),
        (GOOD.replace("port = 8001\n", ""), ["kiosk.port", "required"]),
        (GOOD + "drawer = 1\n", ["devices.drawer"]),
        (GOOD.replace("tcp://10.0.0.8:9100", "10.0.0.8"), ["devices.printer", "tcp://"]),
        (GOOD + "[times]\nwarning = 5\n", ["times.warning", "20"]),
        (GOOD + "[times]\nticket = 10\n", ["times", "ticket must not be shorter"]),
        (GOOD + '[printer]\nprofile = "9-pin"\n', ["printer.profile", "80mm", "pyramid"]),
        (GOOD + "[printer]\npresent_steps = 256\n", ["printer.present_steps", "255"]),
        (GOOD.replace("tcp://10.0.0.8:9100", "pcsc:"), ["devices.printer", "打印机", "usb"]),
        (GOOD + '[scanner]\nsuffix = "tab"\n', ["scanner.suffix", "crlf"]),
        (GOOD + '[codes]\nkeys = ["st_secret"]\n', ["codes.keys", "32"]),
        (GOOD + '[codes]\nresolver = "10.0.0.9"\ntoken = "st_secret"\n', ["codes"]),
        (GOOD + '[codes]\nresolver = "http://10.0.0.9/"\n', ["codes", "token"]),
        (GOOD.replace("[kiosk]", "[kiosk"), ["not valid TOML"]),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_reason(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as refusal:
        load(written(tmp_path, text))
    assert all(word in str(refusal.value) for word in words)
    assert "st_secret" not in str(refusal.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("11010519491231002X", IdNumberCode("11010519491231002X")),
        (" 11010519491231002x\r", IdNumberCode("11010519491231002X")),
        ("110105194912310021", UnknownCode(mistyped=True)),
        ("http://10.0.0.2:8000/t/1f-AbC_d-9x", TicketCode("1f-AbC_d-9x")),
        ("/t/1f-AbCd", UnknownCode()),
        ("https://example.org/", UnknownCode()),
        ("", UnknownCode()),
    ],
)
def test_codes(text: str, meaning: object) -> None:
    assert understand(text) == meaning


SIGNED = sign(HallCode(Kind.TICKET, 1, "1f-AbCd"), ["k" * 32])


@pytest.mark.parametrize(
    ("keys", "hall", "meaning"),
    [
        (["k" * 32], 1, TicketCode("1f-AbCd")),
        (["k" * 32], 2, UselessCode("other-hall")),
        (["o" * 32], 1, UselessCode("unverified")),
        ([], 1, UselessCode("unverified")),
        (["k" * 32], None, UselessCode("unverified")),
    ],
)
def test_signed_codes(keys: list[str], hall: int | None, meaning: object) -> None:
    assert understand(SIGNED + "\r", keys, hall, datetime(2026, 3, 2, tzinfo=UTC)) == meaning


def test_the_memory_survives_and_forgives(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "folder")
    assert store.load_hall() is None
    store.save_hall({"hall": {"name": "衡南"}, "matters": {}})
    assert Store(tmp_path / "new" / "folder").load_hall() == {"hall": {"name": "衡南"}, "matters": {}}
    (tmp_path / "new" / "folder" / "hall.json").write_text("{", encoding="utf-8")
    assert store.load_hall() is None


def test_an_unfinished_wish_is_remembered_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.mark_unfinished()
    assert Store(tmp_path).clear_unfinished()
    assert not store.clear_unfinished()
