"""The emulated reader answers as the page says, byte for byte, and refuses as a module refuses."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.direct import DirectPort
from tinghao.drivers.card_reader.cards import DEMO_CARDS, OTHER_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator

START = "AA AA AA 96 69 "
FIND = START + "00 03 20 01 22"
SELECT = START + "00 03 20 02 21"
READ = START + "00 03 30 01 32"
READ_ALL = START + "00 03 30 10 23"
NEW_ADDRESS = START + "00 03 30 03 30"
MANAGEMENT = START + "00 03 30 05 36"
FINE = START + "00 04 00 00 90 94"
FOUND = START + "00 08 00 00 9F 00 00 00 00 97"
NO_CARD = START + "00 04 00 00 80 84"
SELECTED = START + "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"
READ_FAILED = START + "00 04 00 00 41 45"
NO_CONTENT = START + "00 04 00 00 91 95"
ZHANG, MOVED = DEMO_CARDS[0], OTHER_CARDS[-1]


class Asked(CardReaderEmulator):
    def __init__(self, *, keeps_finding: bool = False) -> None:
        self.direct = DirectPort()
        super().__init__(self.direct, keeps_finding=keeps_finding)

    def ask(self, request: str) -> bytes:
        self.direct.hear(bytes.fromhex(request))
        return self.direct.fetch()

    def all(self, *requests: str) -> list[str]:
        return [self.ask(request).hex(" ").upper() for request in requests]


@pytest.fixture
def reader() -> Iterator[Asked]:
    with Asked() as reader:
        yield reader


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("00 03 10 FF EC", FINE),
        ("00 03 11 FF ED", FINE),
        ("00 03 20 01 22", NO_CARD),
        ("00 03 20 02 21", START + "00 04 00 00 81 85"),
        ("00 03 30 01 32", READ_FAILED),
        ("00 03 30 03 30", READ_FAILED),
        ("00 03 60 00 63", FINE),
        ("00 04 61 FF 50 CA", FINE),
        ("00 03 12 FF EE", START + "00 14 00 00 90 05 00 01 00 09 B8 32 01 05 BE 12 00 AD C5 B1 11 63"),
    ],
)
def test_answers_without_a_card(reader: Asked, request_: str, answer: str) -> None:
    assert reader.all(START + request_) == [answer]
    assert not reader.malformed


def test_finds_selects_and_reads_once(reader: Asked) -> None:
    reader.lay(ZHANG)
    assert reader.all(FIND, FIND, SELECT) == [FOUND, FOUND, SELECTED]
    reading = reader.ask(READ)
    assert len(reading) == 1295
    assert reading[:14] == bytes.fromhex(START + "05 08 00 00 90 01 00 04 00")
    assert reading[14:44].decode("utf-16-le") == "张样例".ljust(15)
    assert reading[14 + 122 : 14 + 158].decode("utf-16-le") == ZHANG.number
    assert reader.all(FIND, NEW_ADDRESS) == [NO_CARD, NO_CONTENT]
    reader.lift()
    assert reader.all(SELECT, READ) == [START + "00 04 00 00 81 85", READ_FAILED]


def test_another_sort_finds_again_and_again() -> None:
    with Asked(keeps_finding=True) as reader:
        reader.lay(ZHANG)
        assert reader.all(FIND, SELECT, FIND) == [FOUND, SELECTED, FOUND]


@pytest.mark.parametrize(
    ("size", "total", "length"), [(1024, 2321, "09 0A"), (512, 1809, "07 0A"), (0, 1297, "05 0A")]
)
def test_a_reading_with_fingerprint(reader: Asked, size: int, total: int, length: str) -> None:
    print_ = bytes(range(256)) * 4
    reader.lay(replace(MOVED, fingerprint=print_[:size]))
    reader.all(FIND, SELECT)
    reading = reader.ask(READ_ALL)
    assert len(reading) == total
    assert reading[5:16] == bytes.fromhex(length + "00 00 90 01 00 04 00") + size.to_bytes(2, "big")
    assert reading[16:22].decode("utf-16-le") == "赵迁居"
    assert reading[1296:-1] == print_[:size]


def test_a_newer_address_and_the_management_information(reader: Asked) -> None:
    reader.lay(MOVED)
    reader.all(FIND, SELECT)
    address = reader.ask(NEW_ADDRESS)
    assert address[5:10] == bytes.fromhex("00 4A 00 00 90")
    assert address[10:-1].decode("utf-16-le") == "湖南省衡南县听号镇新样例路8号".ljust(35)
    management = reader.ask(MANAGEMENT)
    assert management[5:10] == bytes.fromhex("00 20 00 00 90")
    assert len(management) == 7 + 0x20


def test_a_failed_card_is_refused_until_it_is_laid_again(reader: Asked) -> None:
    reader.lay(ZHANG)
    reader.fail_next_read(0x33)
    assert reader.all(FIND, SELECT, READ, FIND, READ)[2:] == [
        START + "00 04 00 00 33 37",
        NO_CARD,
        READ_FAILED,
    ]
    reader.lay(ZHANG)
    assert reader.all(FIND) == [FOUND]


def test_a_failed_self_test_is_over_after_a_reset(reader: Asked) -> None:
    reader.fall_ill()
    status, reset = START + "00 03 11 FF ED", START + "00 03 10 FF EC"
    assert reader.all(status, reset, status) == [START + "00 04 00 00 60 64", FINE, FINE]


def test_speed_and_frame_size_are_kept(reader: Asked) -> None:
    reader.all(START + "00 03 60 04 67", START + "00 04 61 FF 58 C2")
    assert (reader.speed, reader.rf_frame) == (9600, 0x58)


@pytest.mark.parametrize(
    ("request_", "answer", "what"),
    [
        ("00 03 20 01 23", "00 04 00 00 10 14", "wrong checksum"),
        ("00 04 20 01 00 25", "00 04 00 00 11 15", "wrong length"),
        ("00 03 61 FF 9D", "00 04 00 00 11 15", "wrong length"),
        ("00 02 20 22", "00 04 00 00 11 15", "wrong length"),
        ("FF FF", "00 04 00 00 11 15", "wrong length"),
        ("00 03 20 03 20", "00 04 00 00 21 25", "unknown command"),
        ("00 03 60 05 66", "00 04 00 00 21 25", "unknown command"),
    ],
)
def test_refuses_and_counts_what_is_no_request(reader: Asked, request_: str, answer: str, what: str) -> None:
    assert reader.all(START + request_) == [START + answer]
    assert reader.malformed[0].startswith(what)
    assert reader.all(FIND) == [NO_CARD]


def test_rubbish_is_passed_over_and_counted(reader: Asked) -> None:
    assert reader.all("AA 00 FF", "AA AA AA AA 96 69 00 03", "20 01 22") == ["", "", NO_CARD]
    assert list(reader.malformed) == ["rubbish aa 00 ff", "rubbish aa"]


def test_what_is_kept_of_rubbish_is_bounded(reader: Asked) -> None:
    for _ in range(1000):
        reader.ask("55" * 100)
    assert len(reader.malformed) == 100
    assert all(len(line) < 80 for line in reader.malformed)


def test_its_face_shows_no_name_in_full(reader: Asked) -> None:
    controls = {control.name: control for control in reader.all_controls()}
    for at, card in enumerate((*DEMO_CARDS, *OTHER_CARDS)):
        controls[f"lay-{at}"].do("")
        assert reader.card == card
        shown = str([widget.as_json() for widget in reader.face()])
        assert card.name not in shown
        assert card.name[0] in shown
    controls["lift"].do("")
    assert reader.card is None
    controls["fail-next-read"].do("")
    reader.lay(ZHANG)
    assert reader.all(FIND, SELECT, READ)[2] == READ_FAILED
