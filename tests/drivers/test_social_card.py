"""Social security cards: the frames of the page, every kind of card, and what goes wrong, over a real TCP wire."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.drivers.fuzz import AnsweringLink
from tinghao.drivers import base
from tinghao.drivers.address import Address, AddressError
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.social_card import PROBLEM_TEXT, CardStyle, SlotTiming, SocialCard, SocialCardReader
from tinghao.drivers.social_card import family as family_module
from tinghao.drivers.social_card.cards import AID, OUYANG, WANG, ZHANG, social_card
from tinghao.drivers.social_card.emulated_card import EmulatedCard
from tinghao.drivers.social_card.emulator import SocialCardEmulator
from tinghao.drivers.social_card.explain import SocialCardExplainer
from tinghao.drivers.social_card.family import FAMILY, listening, probe
from tinghao.drivers.social_card.protocol import (
    CardProblem,
    read_card,
    read_record,
    select_application,
    select_file,
)

QUICK = SlotTiming(look_every=0.01, answer=0.5)
SELECT_APPLICATION = "00 A4 04 00 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"


def told(person: tuple[str, str, str]) -> SocialCard:
    number, name, card_number = person
    return SocialCard(name, number, card_number, "430422")


class CountingEmulator(SocialCardEmulator):
    """Keeps what reached the card, and tells each look for it."""

    def __init__(self, port: Any, looked: Callable[..., None]) -> None:
        super().__init__(port)
        self._looked = looked
        self.commands: list[bytes] = []

    def _take_content(self, content: bytes) -> None:
        if len(content) >= 4:
            self.commands.append(content)
        super()._take_content(content)
        if content == b"\x04":
            self._looked(content)


class Bench:
    def __init__(self, hear: Callable[[], Any], **options: Any) -> None:
        self.cards, self.lifts, self.problems, self.states, self.looks = (hear() for _ in range(5))
        self.emulator = CountingEmulator(TcpPort(), self.looks)
        self.emulator.plug()
        options.setdefault("timing", QUICK)
        self.reader = SocialCardReader(
            self.emulator.address, self.cards, self.lifts, self.problems, self.states, **options
        )
        self.reader.start()
        self.states.until_state("ready")

    def await_looks(self, count: int) -> None:
        while not self.looks.silent:
            self.looks.next()
        for _ in range(count):
            self.looks.next()

    def close(self) -> None:
        self.reader.close()
        self.emulator.close()


@pytest.fixture
def make(hear: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    monkeypatch.setattr(base, "BACK_OFF", (0.02,))
    made: list[Bench] = []

    def make(**options: Any) -> Bench:
        made.append(Bench(hear, **options))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    return make()


# ---------------------------------------------------------------------------------------- frames


def test_the_frames_of_the_page() -> None:
    assert select_application() == bytes.fromhex(SELECT_APPLICATION)
    assert select_file(b"\xef\x05") == bytes.fromhex("00 A4 00 00 02 EF 05")
    assert select_file(b"\xef\x06", 0x02) == bytes.fromhex("00 A4 02 00 02 EF 06")
    assert read_record(0x08) == bytes.fromhex("00 B2 08 04 00")
    assert read_record(0x08, 0x00) == bytes.fromhex("00 B2 08 00 00")


NUMBER_HEX = ZHANG[0].encode().hex()
DIALOGUE = {
    SELECT_APPLICATION: "90 00",
    "00 A4 00 00 02 EF 05": "90 00",
    "00 B2 01 00 00": "6C 12",
    "00 B2 01 00 12": "01 10 43 04 22 00 00 00 00 00 00 00 00 00 00 00 00 00 90 00",
    "00 B2 07 00 00": "07 09 41 30 30 30 30 30 30 31 37 90 00",
    "00 A4 00 00 02 EF 06": "90 00",
    "00 B2 08 00 00": "61 14",
    "00 C0 00 00 14": "08 12" + NUMBER_HEX + "90 00",
    "00 B2 09 00 00": "09 1E D5 C5 D1 F9 C0 FD" + "00" * 24 + "90 00",
}


def test_a_dialogue_by_hand() -> None:
    answers = {bytes.fromhex(asked): bytes.fromhex(answer) for asked, answer in DIALOGUE.items()}

    def transmit(command: bytes) -> tuple[bytes, int]:
        answer = answers.pop(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    assert read_card(transmit, CardStyle(record_p2=0x00)) == told(ZHANG)
    assert not answers


def by_card(card: EmulatedCard) -> Callable[[bytes], tuple[bytes, int]]:
    card.power_on()

    def transmit(command: bytes) -> tuple[bytes, int]:
        answer = card.answer(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    return transmit


@pytest.mark.parametrize("style", ["plain", "6C", "61"])
@pytest.mark.parametrize("tags", [(0x08, 0x09), (0x01, 0x02)])
@pytest.mark.parametrize("record_p2", [0x00, 0x04])
@pytest.mark.parametrize("select_p1", [0x00, 0x02])
def test_every_style_of_card(style: Any, tags: tuple[int, int], record_p2: int, select_p1: int) -> None:
    card = social_card("", "", WANG, style=style, tags=tags, select_p1=frozenset({select_p1}))
    assert read_card(by_card(card), CardStyle(select_p1, record_p2)) == told(WANG)


@pytest.mark.parametrize("record_p2", [0x00, 0x04])
def test_somebody_elses_number_on_the_card_is_not_the_holders(record_p2: int) -> None:
    card = social_card("", "", WANG, tags=(0x01, 0x02))
    holder = card.applications[AID][b"\xef\x06"]
    fillers = tuple((0x20 + n, b"0") for n in range(2))
    guardian = ((0x31, ZHANG[0].encode()), (0x32, ZHANG[1].encode("gbk")))
    holder.records = (*holder.records, *fillers, *guardian)
    assert [tag for tag, _ in holder.records[7:9]] == [0x31, 0x32], "the eighth and ninth by their order"
    assert read_card(by_card(card), CardStyle(record_p2=record_p2)) == told(WANG)


@pytest.mark.parametrize(
    "person",
    [
        (ZHANG[0][:-1] + "5", "张样例", "A00000017"),
        ("430422199003079916"[:17], "张样例", "A00000017"),
        (ZHANG[0], "", "A00000017"),
        (ZHANG[0], "张\x07例", "A00000017"),
    ],
    ids=["check digit", "short", "no name", "control character"],
)
def test_a_card_that_holds_nonsense(person: tuple[str, str, str]) -> None:
    with pytest.raises(CardProblem) as problem:
        read_card(by_card(social_card("", "", person)))
    assert problem.value.problem == "unsupported"


@pytest.mark.parametrize("status", ["6A 82", "6A 81", "6D 00", "6E 00", "69 85", "00 00", "61 05", "6C 05"])
def test_any_refusal_of_the_application_is_another_card(status: str) -> None:
    with pytest.raises(CardProblem) as problem:
        read_card(lambda _: (b"", int(status.replace(" ", ""), 16)))
    assert problem.value.problem == "unsupported"


def test_a_card_that_promises_more_for_ever_is_given_up() -> None:
    asked = []
    with pytest.raises(CardProblem):
        read_card(lambda command: (asked.append(command), (b"x", 0x61FF))[1])  # type: ignore[func-returns-value]
    assert len(asked) < 12


def test_a_card_after_a_pin(make: Callable[..., Bench]) -> None:
    bench = make(style=CardStyle(number_suffices=True))
    bench.emulator.insert("card-pin")
    assert bench.cards.next() == SocialCard("", "", ZHANG[2], "430422")


# ---------------------------------------------------------------------------------------- the reader


@pytest.mark.parametrize(("name", "person"), [("card", ZHANG), ("card-6c", OUYANG), ("card-61", WANG)])
def test_reads_a_card(bench: Bench, name: str, person: tuple[str, str, str]) -> None:
    bench.emulator.insert(name)
    assert bench.cards.next() == told(person)
    assert bench.emulator.malformed == []


@pytest.mark.parametrize(("name", "problem"), [("card-pin", "protected"), ("card-foreign", "unsupported")])
def test_a_card_that_can_not_be_read(bench: Bench, name: str, problem: Any) -> None:
    bench.emulator.insert(name)
    assert bench.problems.next() == problem
    assert PROBLEM_TEXT[problem]
    bench.await_looks(5)
    assert bench.problems.silent
    assert bench.cards.silent
    assert bench.emulator.cards[name].pin_tries == 0


def test_a_card_left_in_is_one_reading(bench: Bench) -> None:
    bench.emulator.insert("card")
    bench.cards.next()
    bench.await_looks(10)
    assert bench.cards.silent
    bench.emulator.remove()
    bench.lifts.next()
    bench.emulator.insert("card")
    assert bench.cards.next() == told(ZHANG)


@pytest.mark.parametrize("commands", range(7))
def test_pulled_in_the_middle(bench: Bench, commands: int) -> None:
    bench.emulator.remove_after(commands)
    bench.emulator.insert("card")
    assert bench.problems.next() == "relay"
    bench.lifts.next()
    bench.emulator.insert("card-6c")
    assert bench.cards.next() == told(OUYANG)


def test_the_reader_is_unplugged_in_the_middle(bench: Bench) -> None:
    bench.emulator.set_fault("silence")
    bench.states.until_state("faulty")
    bench.emulator.unplug()
    bench.states.until_state("absent")
    bench.emulator.set_fault("silence", False)
    bench.emulator.insert("card")
    bench.emulator.plug()
    assert bench.cards.next() == told(ZHANG)


def test_no_answer_to_a_command_is_told_to_the_visitor(bench: Bench) -> None:
    bench.emulator.cards["card"].answer = lambda _: bench.emulator.set_fault("silence") or b""  # type: ignore[method-assign, func-returns-value]
    bench.emulator.insert("card")
    assert bench.problems.next() == "relay"
    assert "没有应答" in bench.states.until_state("faulty").reason


def test_no_command_but_three_ever_leaves(bench: Bench) -> None:
    for name in bench.emulator.cards:
        bench.emulator.insert(name)
        bench.await_looks(2)
        bench.emulator.remove()
        bench.lifts.next()
    assert {command[1] for command in bench.emulator.commands} == {0xA4, 0xB2, 0xC0}
    assert {command[0] for command in bench.emulator.commands} == {0x00}


def test_what_answers_wildly_is_no_reader(bench: Bench) -> None:
    bench.emulator.set_fault("noise")
    assert "无法识别" in bench.states.until_state("faulty").reason


def test_pcsc_or_tcp_only() -> None:
    with pytest.raises(AddressError, match="pcsc、tcp"):
        SocialCardReader(Address.parse("serial:/dev/ttyUSB0"), print)


def test_nothing_of_a_person_is_logged(make: Callable[..., Bench], caplog: pytest.LogCaptureFixture) -> None:
    def fall_over(card: SocialCard) -> None:
        raise RuntimeError(f"{card.name} {card.number}")

    caplog.set_level(logging.DEBUG)
    bench = make()
    bench.reader._on_card = fall_over
    bench.emulator.insert("card")
    bench.await_looks(5)
    assert "RuntimeError" in caplog.text
    assert not any(part in caplog.text + repr(told(ZHANG)) for part in ZHANG)


# ---------------------------------------------------------------------------------------- emulator, family


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("80 A4 04 00", "6E 00"),
        ("00 D6 00 00", "6D 00"),
        ("00 A4 04 00 05 41", "67 00"),
        ("00 A4 04 00 02 41 41", "6A 82"),
        ("00 A4 01 00 02 EF 05", "6A 86"),
        ("00 A4 00 00 02 EF 05", "6A 82"),
        ("00 B2 01 04 00", "69 86"),
        ("00 C0 00 00 05", "69 86"),
        ("00 20 00 00 03 12 34 56", "63 C2"),
    ],
)
def test_what_the_emulated_card_refuses(command: str, status: str) -> None:
    card = social_card("", "", ZHANG)
    assert card.answer(bytes.fromhex(command)) == bytes.fromhex(status)


def test_the_emulated_reader_refuses_what_is_no_frame(hear: Any) -> None:
    with SocialCardEmulator(TcpPort()) as emulator:
        emulator._take(bytes.fromhex("FF FF 01 02") + bytes.fromhex("00 02 07 07"))
        emulator._take(bytes.fromhex("00 02 07 07"))
        assert emulator.malformed == ["length 65535", "no command: 07 07"]


def test_every_control_does_something() -> None:
    with SocialCardEmulator(TcpPort()) as emulator:
        seen = []
        for control in emulator.controls():
            control.do("")
            seen.append(emulator.face()[0].as_json()["rows"][0][2])
        assert len(set(seen)) == len(seen) == 6


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: b"",
        lambda asked: asked,
        lambda asked: b"\r\nOK\r\n",
        lambda asked: bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94"),
        lambda asked: bytes.fromhex("00 02 41 41"),
    ],
)
def test_a_probe_is_not_fooled(answer: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family_module, "PROBE_BUDGET", 0.05)
    assert probe(AnsweringLink(answer)) is None


def test_a_probe_sees_the_card(bench: Bench) -> None:
    with SocialCardEmulator(TcpPort()) as emulator:
        emulator.insert("card")
        link = SocialCardReader(emulator.address, print).opener()
        assert "3B 6D 00 00" in (probe(link) or "")
        link.close()


def test_listening_says_no_name(hear: Any) -> None:
    said = hear()
    with SocialCardEmulator(TcpPort()) as emulator, listening(emulator.address, said):
        emulator.insert("card")
        assert said.next() == "读到社保卡：张*例，…9916，卡号 …0017"
        emulator.insert("card-foreign")
        assert said.next() == "卡已取出"
        assert said.next() == "读卡失败：无法识别此卡，请到咨询台办理"


def test_the_monitor_explains_without_telling(hear: Any) -> None:
    said: list[str] = []
    explainer = FAMILY.explainer()
    cards = hear()
    with SocialCardEmulator(TcpPort()) as emulator:
        emulator.insert("card-61")
        reader = SocialCardReader(emulator.address, cards, timing=QUICK)
        reader.tap = lambda direction, data: said.extend(explainer.feed(direction, data))
        with reader:
            cards.next()
    for line in (
        "问：有卡吗",
        "上电",
        "选择社会保障应用",
        "选择EF06 持卡人文件",
        "读记录 08",
        "还有 20 字节待取",
        "成功，20 字节",
    ):
        assert line in said
    assert not any(part in " ".join(said) for part in WANG)


def test_nothing_of_a_card_is_told_when_the_wire_is_out_of_step() -> None:
    number, name, _ = ZHANG
    late = SocialCardExplainer()
    late.feed("out", bytes.fromhex("00 01 04"))
    record = bytes.fromhex("08 12") + number.encode() + bytes.fromhex("90 00")
    assert late.feed("in", len(record).to_bytes(2, "big") + record) == ["无法识别的内容（共22个字节）"]
    shifted = SocialCardExplainer()
    shifted.feed("in", b"\xff")
    assert shifted.feed("in", name.encode("gbk")) == ["无法识别的内容（共6个字节）"]
