"""Thousands of cards and readers that answer wrongly.

What may be read is decided here, from the bytes alone: the check digit is computed anew, and number and name
must have come in an answer that ended well.  And whatever happens, only three commands ever leave.
"""

from random import Random

import pytest

from tests.drivers.fuzz import PlayedPort, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.links import Link, LinkError, absent
from tinghao.drivers.social_card import CardStyle, SlotTiming, SocialCard, SocialCardReader
from tinghao.drivers.social_card.cards import OUYANG, WANG, ZHANG, social_card
from tinghao.drivers.social_card.emulated_card import EmulatedCard
from tinghao.drivers.social_card.emulator import SocialCardEmulator
from tinghao.drivers.social_card.explain import SocialCardExplainer
from tinghao.drivers.social_card.protocol import CardGone, CardProblem, read_card

FUZZ_CASES = 8000
SESSION_CASES = 1000
EMULATOR_CASES = 500

STATUSES = [
    0x9000,
    0x6982,
    0x6A82,
    0x6A83,
    0x6100,
    0x61FF,
    0x6114,
    0x6C00,
    0x6C14,
    0x6283,
    0x63C0,
    0x0000,
    0xFFFF,
]
PEOPLE = (ZHANG, OUYANG, WANG)


def some_card(chance: Random) -> EmulatedCard:
    card = social_card(
        "",
        "",
        chance.choice(PEOPLE),
        style=chance.choice(("plain", "6C", "61")),
        tags=chance.choice(((0x08, 0x09), (0x01, 0x02))),
        needs_pin=chance.random() < 0.1,
    )
    card.power_on()
    return card


def spoiled(chance: Random, answer: bytes) -> bytes:
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(40)) + answer[-2:]
    if kind == 1:
        return answer[:-2] + chance.choice(STATUSES).to_bytes(2, "big")
    if kind == 2:
        return b""
    return mangled(chance, [answer, b"\x90\x00"])


class Witness:
    """Sees every command, spoils some answers, remembers what was given out."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._spoil = chance.choice((0.0, 0.05, 0.15, 0.4))
        self.card = some_card(chance)
        self.commands: list[bytes] = []
        self.given = b""

    def answer(self, command: bytes) -> bytes:
        self.commands.append(command)
        answer = self.card.answer(command)
        if self._chance.random() < self._spoil:
            answer = spoiled(self._chance, answer)
        self.given += answer[:-2]
        return answer

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        answer = self.answer(command)
        if len(answer) < 2:
            raise CardGone
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def check_commands(self) -> None:
        for command in self.commands:
            assert command[0] == 0x00
            assert command[1] in (0xA4, 0xB2, 0xC0)
        assert self.card.pin_tries == 0
        assert len(self.commands) < 80


def is_right(number: str) -> bool:
    """ISO 7064 MOD 11-2: the sum over all digits with weights 2^n is 1."""
    values = [10 if digit == "X" else int(digit) for digit in number]
    return len(values) == 18 and sum(value << (17 - at) for at, value in enumerate(values)) % 11 == 1


def check_reading(card: SocialCard, witness: Witness, style: CardStyle) -> None:
    if not card.number:
        assert style.number_suffices
        assert card.name == ""
        assert card.card_number
        return
    assert is_right(card.number)
    assert card.number.encode() in witness.given.upper()
    assert card.name.encode("gb18030") in witness.given
    assert card.name.isprintable()


def test_whatever_a_card_answers() -> None:
    read = problems = gone = wrong_people = 0
    for seed in range(FUZZ_CASES):
        chance = Random(seed)
        witness = Witness(chance)
        style = CardStyle(record_p2=chance.choice((0x00, 0x04)), number_suffices=chance.random() < 0.3)
        try:
            card = read_card(witness.transmit, style)
        except CardProblem:
            problems += 1
        except CardGone:
            gone += 1
        else:
            read += 1
            check_reading(card, witness, style)
            whole = [(number, name) for number, name, _ in PEOPLE]
            wrong_people += bool(card.number) and (card.number, card.name) not in whole
        witness.check_commands()
    assert min(read, problems, gone) > FUZZ_CASES / 20, (read, problems, gone)
    assert wrong_people < FUZZ_CASES / 100, "a spoiled name is no card's fault, a spoiled number never passes"


class PlayedReader(Link):
    """The wire with a card behind it; frames are spoiled, cut and late, and it breaks in the end."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._spoil = chance.choice((0.0, 0.02, 0.1, 0.3))
        self._input: list[bytes] = []
        self._left = 60
        self.witness = Witness(chance)

    def read(self, timeout: float) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise absent("played to the end")
        return self._input.pop(0) if self._input else b""

    def write(self, data: bytes) -> None:
        content = data[2:]
        assert int.from_bytes(data[:2], "big") == len(content)
        if content in (b"\x00", b"\x01"):
            return
        answer = self.witness.card.atr if content == b"\x04" else self.witness.answer(content)
        frame = len(answer).to_bytes(2, "big") + answer
        if self._chance.random() < self._spoil:
            frame = mangled(self._chance, [frame])
        self._input += in_pieces(self._chance, frame)

    def close(self) -> None:
        """Nothing to let go of."""


def test_whatever_a_reader_answers() -> None:
    read = []
    problems = []
    for seed in range(SESSION_CASES):
        link = PlayedReader(Random(seed))
        cards: list[SocialCard] = []
        reader = SocialCardReader(
            Address.parse("pcsc:"),
            cards.append,
            on_problem=problems.append,
            timing=SlotTiming(look_every=0, answer=0.5),
        )
        reader.opener = lambda link=link: link  # type: ignore[misc]
        with pytest.raises(LinkError):
            reader._session()
        link.witness.check_commands()
        read += cards
        assert all(is_right(card.number) for card in cards)
    assert len(read) > SESSION_CASES / 5
    assert set(problems) == {"relay", "unsupported", "protected"}


def test_whatever_a_host_asks() -> None:
    chance = Random(7816)
    contents = ["04", "01", "00", "00A4000002EF05", "00B2010400", "00C0000010", "0020000003123456"]
    frames = [len(content).to_bytes(2, "big") + content for content in map(bytes.fromhex, contents)]
    port = PlayedPort()
    explainer = SocialCardExplainer()
    with SocialCardEmulator(port) as emulator:
        for _ in range(EMULATOR_CASES):
            emulator.insert(chance.choice(list(emulator.cards)))
            for piece in in_pieces(chance, mangled(chance, frames)):
                emulator._take(piece)
                explainer.feed("out", piece)
            emulator.remove()
            emulator._connected()
            port.said.clear()
            emulator._take(b"\x00\x01\x04")
            assert port.written == b"\x00\x00"
        assert len(emulator.malformed) == 50
