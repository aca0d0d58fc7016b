"""The driver and the emulated call pads, over a real pseudo-terminal."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.fuzz import PlayedLink
from tinghao.drivers.address import Address
from tinghao.drivers.call_pad import CallPadBus, Key
from tinghao.drivers.call_pad.bus import Bus
from tinghao.drivers.call_pad.emulator import KEYS, CallPadEmulator
from tinghao.drivers.call_pad.family import FAMILY
from tinghao.drivers.call_pad.protocol import let_rate
from tinghao.drivers.keys import KEY_TEXT
from tinghao.drivers.links import LinkError
from tinghao.drivers.ports import TcpPort

KEY_OF = {
    "next": Key.NEXT,
    "recall": Key.RECALL,
    "rate": Key.ASK_RATING,
    "cancel": Key.CANCEL,
    "one-metre": Key.ONE_METRE,
    "pause": Key.PAUSE,
    "transfer": Key.TRANSFER,
    "abandon": Key.ABANDON,
    "hang-up": Key.HANG_UP,
    "call-back": Key.CALL_BACK,
}


class Bench:
    def __init__(
        self, port: Any, hear: Callable[[], Any], settings: dict[str, Any] | None = None, **options: Any
    ) -> None:
        self.keys, self.ratings, self.states, self.changes = hear(), hear(), hear(), hear()
        options = {"pads": (1, 2), "raters": (1, 3), "resend_after": 0.15} | options
        self.emulator = CallPadEmulator(port, self.changes, **options)
        self.emulator.plug()
        self.bus = CallPadBus(
            self.emulator.address,
            lambda *key: self.keys(key),
            lambda *rating: self.ratings(rating),
            self.states,
            **({"pads": (1, 2, 3)} | (settings or {})),
        )
        self.bus.start()
        self.states.until_state("ready")

    def close(self) -> None:
        self.bus.close()
        self.emulator.close()

    def until(self, seen: Callable[[], bool]) -> None:
        """Until the emulated devices look like this."""
        while not seen():
            self.changes.next()


Build = Callable[..., Bench]


@pytest.fixture
def build(link: Path, hear: Any) -> Iterator[Build]:
    benches: list[Bench] = []

    def build(port: Any = link, settings: dict[str, Any] | None = None, **options: Any) -> Bench:
        benches.append(Bench(port, hear, settings, **options))
        return benches[-1]

    yield build
    for bench in benches:
        bench.close()


def test_every_key_is_told_and_answered(build: Build) -> None:
    bench = build()
    for name in KEYS:
        assert bench.emulator.press(2, name).wait(2)
        assert bench.keys.next() == (2, KEY_OF[name])
    assert bench.emulator.sendings == len(KEYS)
    assert set(KEY_TEXT) == set(KEY_OF.values())


def test_another_key_function_is_taken_too(build: Build) -> None:
    bench = build(key_function=0x05)
    assert bench.emulator.press(1, "next").wait(2)
    assert bench.keys.next() == (1, Key.NEXT)


def test_over_tcp(build: Build) -> None:
    bench = build(TcpPort())
    assert bench.emulator.press(1, "recall").wait(2)
    assert bench.keys.next() == (1, Key.RECALL)


@pytest.mark.parametrize(
    ("levels", "told"),
    [(None, [4, 5, 2, 1]), ({0: 5, 1: 4, 2: 3, 3: 1}, [5, 4, 3, 1]), ({0: 5, 3: 1}, [5, 1])],
)
def test_rater_keys_are_levels_by_configuration(build: Build, levels: Any, told: list[int]) -> None:
    bench = build(settings={"levels": levels})
    for key in range(4):
        assert bench.emulator.rate(3, key).wait(2)
    assert [bench.ratings.next() for _ in told] == [(3, level) for level in told]
    assert bench.ratings.silent


def test_a_key_said_again_is_answered_again_and_counted_once(build: Build) -> None:
    bench = build()
    for _ in range(3):
        assert bench.emulator.press(1, "next").wait(2)
    assert bench.emulator.press(2, "next").wait(2)
    assert bench.emulator.press(1, "recall").wait(2)
    assert bench.emulator.press(1, "next").wait(2)
    told = [bench.keys.next() for _ in range(4)]
    assert told == [(1, Key.NEXT), (2, Key.NEXT), (1, Key.RECALL), (1, Key.NEXT)]
    assert bench.keys.silent


def test_after_the_window_the_same_key_counts_again(build: Build) -> None:
    bench = build(settings={"repeat_window": 0.0})
    for _ in range(2):
        assert bench.emulator.press(1, "next").wait(2)
        assert bench.keys.next() == (1, Key.NEXT)


def test_lost_answers_do_not_call_two_visitors(build: Build) -> None:
    bench = build()
    received = bench.emulator._received
    bench.emulator._received = lambda data: None  # type: ignore[method-assign]
    answered = bench.emulator.press(1, "next")
    assert bench.keys.next() == (1, Key.NEXT)
    bench.until(lambda: bench.emulator.sendings >= 3)
    bench.emulator._received = received  # type: ignore[method-assign]
    assert answered.wait(2)
    assert bench.keys.silent


def test_a_collision_heals(build: Build) -> None:
    bench = build()
    bench.emulator.collide(1, 2)
    assert sorted([bench.keys.next(), bench.keys.next()]) == [(1, Key.NEXT), (2, Key.NEXT)]
    assert bench.keys.silent


@pytest.mark.parametrize("fault", ["noise", "slow"])
def test_keys_on_a_bad_line(build: Build, fault: Any) -> None:
    bench = build()
    bench.emulator.set_fault(fault)
    assert bench.emulator.press(1, "next").wait(2)
    assert bench.keys.next() == (1, Key.NEXT)


def test_a_wrong_checksum_is_not_answered(build: Build) -> None:
    bench = build()
    bench.emulator.set_fault("checksum")
    answered = bench.emulator.press(1, "next")
    bench.until(lambda: bench.emulator.sendings >= 2)
    bench.emulator.set_fault("checksum", False)
    assert answered.wait(2)
    assert bench.keys.next() == (1, Key.NEXT)
    assert bench.keys.silent


@pytest.mark.parametrize("together", [False, True])
def test_shows_numbers(build: Build, together: bool) -> None:
    bench = build(settings={"digits_together": together}, blank_keeps=not together)
    assert bench.bus.show_ticket(1, "A012") == "012"
    assert bench.bus.show_waiting(1, 5)
    assert bench.bus.show_ticket(2, "B1234") == "234"
    assert bench.bus.show_waiting(2, 1234)
    bench.until(
        lambda: bench.emulator.shows(1) == ("005", "012") and bench.emulator.shows(2) == ("999", "234")
    )
    assert bench.emulator.malformed == []


def test_a_blank_clears_the_ticket(build: Build) -> None:
    bench = build()
    bench.bus.show_ticket(1, "A012")
    bench.until(lambda: bench.emulator.shows(1)[1] == "012")
    bench.bus.show_ticket(1, "")
    bench.until(lambda: bench.emulator.shows(1)[1] == "   ")


def test_beeps_stars_and_lets_rate(build: Build) -> None:
    bench = build()
    assert bench.bus.beep(1)
    assert bench.bus.show_stars(2, 3)
    assert bench.bus.let_rate(2)
    assert bench.bus.wait_sent(3)
    bench.until(lambda: bench.emulator.beeps(1) == 1)
    bench.until(lambda: bench.emulator.stars(2) == 3 and bench.emulator.asks_rating(2))
    assert bench.emulator.beeps(2) == 0


def test_pads_that_are_not_configured(build: Build) -> None:
    bench = build(settings={"pads": (1,)})
    outcomes = [
        bench.bus.beep(2),
        bench.bus.show_waiting(2, 1),
        bench.bus.show_stars(2, 1),
        bench.bus.let_rate(2),
    ]
    assert not any(outcomes)
    assert bench.bus.show_ticket(2, "A1") == ""
    bench.emulator.press(2, "next")
    assert "地址 2" in bench.states.until(lambda state: bool(state.reason)).reason
    assert bench.keys.silent


def test_the_newest_number_wins(build: Build) -> None:
    bench = build()
    for number in range(1, 200):
        bench.bus.show_ticket(1, f"A{number:03}")
    assert bench.bus.wait_sent(5)
    bench.until(lambda: bench.emulator.shows(1)[1] == "199")


def test_two_threads_at_once_and_keys_between(build: Build) -> None:
    bench = build()

    def show(pad: int) -> None:
        for number in range(20):
            bench.bus.show_ticket(pad, f"A{number:03}")
            bench.bus.beep(pad)

    threads = [threading.Thread(target=show, args=(pad,)) for pad in (1, 2)]
    for thread in threads:
        thread.start()
    assert bench.emulator.press(1, "next").wait(2)
    assert bench.emulator.press(2, "pause").wait(2)
    for thread in threads:
        thread.join(5)
    assert bench.bus.wait_sent(5)
    bench.until(lambda: bench.emulator.shows(1)[1] == bench.emulator.shows(2)[1] == "019")
    assert {bench.keys.next(), bench.keys.next()} == {(1, Key.NEXT), (2, Key.PAUSE)}


def test_what_was_shown_comes_back_with_the_line_and_no_stale_beep(build: Build) -> None:
    bench = build()
    bench.bus.show_ticket(1, "A012")
    bench.until(lambda: bench.emulator.shows(1)[1] == "012")
    bench.emulator.unplug()
    bench.states.until_state("absent")
    bench.bus.beep(1)
    bench.bus.show_ticket(1, "A013")
    bench.emulator.plug()
    assert bench.emulator.shows(1)[1] == "   "
    bench.states.until_state("ready")
    bench.until(lambda: bench.emulator.shows(1)[1] == "013")
    assert bench.bus.wait_sent(3)
    assert bench.emulator.beeps(1) == 0


def test_a_pad_that_lost_power_is_refreshed(build: Build) -> None:
    bench = build(settings={"refresh_every": 0.2})
    bench.bus.show_ticket(1, "A012")
    bench.bus.show_stars(1, 4)
    bench.bus.show_waiting(1, 3)
    bench.until(lambda: bench.emulator.stars(1) == 4)
    with bench.emulator._lock:
        bench.emulator._power_on()
    bench.until(lambda: bench.emulator.stars(1) == 4)


def test_what_somebody_spoke_into_is_sent_again(build: Build) -> None:
    bench = build()
    heard: list[bytes] = []
    received = bench.emulator._received

    def spoiled(data: bytes) -> None:
        heard.append(data)
        bench.emulator._received = received  # type: ignore[method-assign]
        bench.emulator._send(b"\x00\x11\x22")

    bench.emulator._received = spoiled  # type: ignore[method-assign]
    bench.bus.show_ticket(1, "A012")
    bench.until(lambda: bench.emulator.shows(1)[1] == "012")
    assert len(heard) == 1


def test_an_adapter_that_hears_itself(build: Build) -> None:
    bench = build(echoes=True)
    assert bench.emulator.press(1, "next").wait(2)
    assert bench.keys.next() == (1, Key.NEXT)
    bench.bus.let_rate(1)
    bench.bus.show_ticket(1, "A012")
    bench.until(lambda: bench.emulator.shows(1)[1] == "012")
    assert bench.emulator.press(1, "recall").wait(2)
    assert bench.keys.next() == (1, Key.RECALL)
    assert bench.keys.silent


def test_an_echo_read_late_is_still_an_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine was busy with something else while the echo lay in the input."""
    now = [0.0]
    monkeypatch.setattr("tinghao.drivers.call_pad.bus.time.monotonic", lambda: now[0])
    asked = let_rate(1)
    bus = Bus(PlayedLink([bytes(asked), b"", bytes(asked)]), 9600)
    bus.send(asked)
    now[0] += 0.5
    assert bus.listen() == []
    assert bus.listen() == []
    assert bus.listen() == [asked], "a second one is a pad's key"


def test_after_a_silence_nothing_is_an_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("tinghao.drivers.call_pad.bus.time.monotonic", lambda: now[0])
    asked = let_rate(1)
    bus = Bus(PlayedLink([b"", bytes(asked)]), 9600)
    bus.send(asked)
    now[0] += 0.5
    assert bus.listen() == []
    assert bus.listen() == [asked]


def test_a_line_of_rubbish_is_named(build: Build) -> None:
    bench = build()
    bench.emulator._send(bytes(100))
    assert "波特率" in bench.states.until(lambda state: bool(state.reason)).reason
    assert bench.emulator.press(1, "next").wait(2)
    bench.states.until(lambda state: not state.reason)


@pytest.mark.parametrize("pads", [(), (0,), (256,)])
def test_addresses_that_cannot_be(link: Path, pads: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"1\.\.255"):
        CallPadBus(TcpPort().address, pads=pads)


def test_the_trial_can_be_seen_and_heard(build: Build) -> None:
    bench = build()
    said: list[str] = []
    assert FAMILY.trial
    FAMILY.trial(bench.bus, said.append)
    bench.until(lambda: bench.emulator.beeps(1) == 1 and bench.emulator.shows(1)[1] == "888")
    assert "888" in said[0]


def test_the_keys_are_controls(build: Build) -> None:
    bench = build()
    controls = {control.name: control.do for control in bench.emulator.all_controls()}
    controls["key-2-abandon"]("")
    assert bench.keys.next() == (2, Key.ABANDON)
    controls["rate-1-1"]("")
    assert bench.ratings.next() == (1, 5)
    assert [widget.kind for widget in bench.emulator.face()[:4]] == ["digits", "digits", "lamp", "lamp"]


def test_a_rating_between_does_not_call_two_visitors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pad and a rater may have the same address; the pad says its key again, its answer was lost."""
    monkeypatch.setattr("tinghao.drivers.call_pad.bus.ECHO_WITHIN", -1.0)
    told: list[tuple[int, Any]] = []
    bus = CallPadBus(
        Address.parse("serial:/dev/ttyX"), lambda *key: told.append(key), lambda *rating: told.append(rating)
    )
    pressed = bytes.fromhex("FF 68 03 03 68 01 01 0C 0E 16")
    rated = bytes.fromhex("FF 68 03 03 68 01 11 01 13 16")
    bus.opener = lambda: PlayedLink([pressed, b"", rated, b"", pressed])
    with pytest.raises(LinkError):
        bus._session()
    assert told == [(1, Key.NEXT), (1, 5)]


@pytest.mark.parametrize("typed", ["33 A012", "A012", ""])
def test_an_order_for_a_pad_that_is_not_there_is_no_order(link: Path, hear: Any, typed: str) -> None:
    said = hear()
    pads = FAMILY.listening(Address.parse(f"serial:{link}"), said)
    assert FAMILY.order
    with pytest.raises(ValueError, match=r".*"):
        FAMILY.order.give(pads, typed, said)
    assert said.silent
