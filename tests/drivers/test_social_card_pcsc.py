"""The PC/SC way without pcscd and pyscard: what `smartcard.scard` does is played, an emulated card behind it."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.drivers.test_social_card import QUICK, told
from tinghao.drivers import base
from tinghao.drivers.address import Address
from tinghao.drivers.social_card import SocialCardReader
from tinghao.drivers.social_card.cards import WANG, ZHANG, social_card
from tinghao.drivers.social_card.emulated_card import EmulatedCard


class PlayedScard:
    """What pyscard's `smartcard.scard` does with one reader; the results are those of pcsc-lite."""

    SCARD_S_SUCCESS = 0
    SCARD_E_NO_READERS_AVAILABLE, SCARD_E_NO_SERVICE, SCARD_E_UNKNOWN_READER = -1, -2, -3
    SCARD_E_READER_UNAVAILABLE, SCARD_E_SHARING_VIOLATION, SCARD_W_REMOVED_CARD = -4, -5, -6
    SCARD_SCOPE_USER = SCARD_SHARE_EXCLUSIVE = SCARD_UNPOWER_CARD = SCARD_STATE_UNAWARE = 0
    SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 = 1, 2
    SCARD_STATE_UNKNOWN, SCARD_STATE_UNAVAILABLE, SCARD_STATE_PRESENT, SCARD_STATE_MUTE = (
        0x4,
        0x8,
        0x20,
        0x200,
    )

    def __init__(self) -> None:
        self.readers = ["Virtual PCD 00 00"]
        self.service = True
        self.taken = False
        self.refused = threading.Semaphore(0)
        self.mute = False
        self.card: EmulatedCard | None = None
        self.events = 0
        self.contexts = 0

    def put(self, card: EmulatedCard | None) -> None:
        self.card = card
        self.events += 1

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:  # noqa: N802
        self.contexts += self.service
        return (0, 1) if self.service else (self.SCARD_E_NO_SERVICE, 0)

    def SCardReleaseContext(self, context: int) -> int:  # noqa: N802
        self.contexts -= 1
        return 0

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:  # noqa: N802
        return (0, self.readers) if self.readers else (self.SCARD_E_NO_READERS_AVAILABLE, [])

    def SCardGetStatusChange(self, context: int, timeout: int, asked: Any) -> tuple[int, Any]:  # noqa: N802
        if not self.service:
            return self.SCARD_E_NO_SERVICE, []
        if not self.readers:
            return self.SCARD_E_UNKNOWN_READER, []
        present = self.SCARD_STATE_PRESENT if self.card else 0
        state = self.events << 16 | present | (self.SCARD_STATE_MUTE if self.mute else 0)
        return 0, [(asked[0][0], state, list(self.card.atr) if self.card and not self.mute else [])]

    def SCardConnect(self, *_: Any) -> tuple[int, int, int]:  # noqa: N802
        if self.taken:
            self.refused.release()
            return self.SCARD_E_SHARING_VIOLATION, 0, 0
        if not self.card or self.mute:
            return self.SCARD_W_REMOVED_CARD, 0, 0
        self.card.power_on()
        return 0, 7, self.SCARD_PROTOCOL_T0

    def SCardTransmit(self, card: int, protocol: int, command: list[int]) -> tuple[int, list[int]]:  # noqa: N802
        if not self.card:
            return self.SCARD_W_REMOVED_CARD, []
        return 0, list(self.card.answer(bytes(command)))

    def SCardDisconnect(self, card: int, how: int) -> int:  # noqa: N802
        return 0


class PcscBench:
    def __init__(self, scard: PlayedScard, hear: Callable[[], Any]) -> None:
        self.scard = scard
        self.cards, self.lifts, self.problems, self.states = (hear() for _ in range(4))
        self.reader = SocialCardReader(
            Address.parse("pcsc:Virtual"), self.cards, self.lifts, self.problems, self.states, timing=QUICK
        )


@pytest.fixture
def pcsc(monkeypatch: pytest.MonkeyPatch, hear: Any) -> Iterator[PcscBench]:
    scard = PlayedScard()
    monkeypatch.setattr(base, "BACK_OFF", (0.02,))
    monkeypatch.setitem(sys.modules, "smartcard", sys)
    monkeypatch.setitem(sys.modules, "smartcard.scard", scard)  # type: ignore[arg-type]
    bench = PcscBench(scard, hear)
    yield bench
    bench.reader.close()


def test_reads_over_pcsc_and_lets_everything_go(pcsc: PcscBench) -> None:
    pcsc.scard.put(social_card("", "", ZHANG))
    pcsc.reader.start()
    assert pcsc.cards.next() == told(ZHANG)
    pcsc.scard.put(social_card("", "", WANG))
    pcsc.lifts.next()
    assert pcsc.cards.next() == told(WANG)
    pcsc.scard.put(None)
    pcsc.lifts.next()
    pcsc.reader.close()
    assert pcsc.scard.contexts == 0
    assert pcsc.cards.silent


def test_a_card_pulled_over_pcsc(pcsc: PcscBench) -> None:
    card = social_card("", "", ZHANG)
    card.answer = lambda _: pcsc.scard.put(None) or b"\x90\x00"  # type: ignore[method-assign, func-returns-value]
    pcsc.scard.put(card)
    pcsc.reader.start()
    assert pcsc.problems.next() == "relay"
    pcsc.lifts.next()


def test_a_card_the_wrong_way_round_is_told(pcsc: PcscBench) -> None:
    pcsc.scard.mute = True
    pcsc.scard.put(social_card("", "", ZHANG))
    pcsc.reader.start()
    assert pcsc.problems.next() == "relay"
    assert pcsc.cards.silent


def test_a_card_held_by_another_program(pcsc: PcscBench) -> None:
    pcsc.scard.taken = True
    pcsc.scard.put(social_card("", "", ZHANG))
    pcsc.reader.start()
    for _ in range(4):
        assert pcsc.scard.refused.acquire(timeout=5)
    pcsc.scard.taken = False
    assert pcsc.cards.next() == told(ZHANG)
    states = [pcsc.states.next() for _ in range(3)]
    assert [each.state for each in states] == ["opening", "faulty", "ready"]
    assert "其他程序" in states[1].reason
    assert pcsc.lifts.silent


def test_no_reader_and_no_service(pcsc: PcscBench) -> None:
    pcsc.scard.service = False
    pcsc.reader.start()
    assert "pcscd" in pcsc.states.until_state("faulty").reason
    pcsc.scard.service, pcsc.scard.readers = True, ["Another"]
    assert "找不到" in pcsc.states.until_state("absent").reason
    pcsc.scard.readers = ["Virtual PCD 00 00"]
    pcsc.states.until_state("ready")
    pcsc.scard.readers = []
    assert "找不到" in pcsc.states.until_state("absent").reason
    pcsc.scard.readers = ["Virtual PCD 00 00"]
    pcsc.states.until_state("ready")
    pcsc.scard.service = False
    assert "pcscd" in pcsc.states.until_state("faulty").reason
    assert pcsc.scard.contexts == 0


def test_pyscard_is_not_installed(monkeypatch: pytest.MonkeyPatch, hear: Any) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    states = hear()
    with SocialCardReader(Address.parse("pcsc:"), print, on_state=states):
        assert "pip install" in states.until_state("faulty").reason
