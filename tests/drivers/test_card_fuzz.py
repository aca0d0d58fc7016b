"""Bad wires by the thousand: nothing is ever raised, and nobody is ever read who was not wholly on the wire.

What may be believed is decided here from the protocol's page, without the driver's help: a reading counts if its
frame's XOR is 0 and its ID number's check digit is right, and says what stands at the page's offsets.
"""

from collections.abc import Iterator
from functools import reduce
from operator import xor
from random import Random

import pytest

from bench.direct import DirectPort
from tests.drivers.fuzz import PlayedLink, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.card_reader import CardReader, IdCard, Timing
from tinghao.drivers.card_reader.card_text import parse_card
from tinghao.drivers.card_reader.cards import DEMO_CARDS, OTHER_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.explain import CardReaderExplainer
from tinghao.drivers.card_reader.protocol import CardTextError, FrameHunter
from tinghao.drivers.links import LinkError

FUZZ_CASES = 25_000
DRIVER_CASES, EMULATOR_CASES, HUNTER_CASES, TEXT_CASES = (FUZZ_CASES * share // 25 for share in (11, 5, 4, 5))

AT_ONCE = Timing(find_every=0, select_every=0, lift_misses=1, lift_after=0, same_card_quiet=0)
NOWHERE = Address.parse("serial:/nowhere")

START = bytes.fromhex("AA AA AA 96 69")
REQUESTS = [
    START + bytes.fromhex(request)
    for request in (
        "00 03 10 FF EC",
        "00 03 11 FF ED",
        "00 03 12 FF EE",
        "00 03 20 01 22",
        "00 03 20 02 21",
        "00 03 30 01 32",
        "00 03 30 10 23",
        "00 03 30 03 30",
        "00 03 30 05 36",
        "00 04 61 FF 50 CA",
    )
]
FIND, SELECT, READ, READ_ALL = (REQUESTS[at] for at in (3, 4, 5, 6))
FINE, NO_CARD, FOUND, SELECTED, READ_FAILED, ITEM_ABSENT, SAM_NUMBER = (
    START + bytes.fromhex(reply)
    for reply in (
        "00 04 00 00 90 94",
        "00 04 00 00 80 84",
        "00 08 00 00 9F 00 00 00 00 97",
        "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C",
        "00 04 00 00 41 45",
        "00 04 00 00 91 95",
        "00 14 00 00 90 05 00 01 00 09 B8 32 01 05 BE 12 00 AD C5 B1 11 63",
    )
)

# by the character at 248: name, number, birth, valid from, valid to
PLACES = {
    " ": ((0, 30), (122, 36), (36, 16), (188, 16), (204, 16)),
    "J": ((0, 30), (122, 36), (36, 16), (188, 16), (204, 16)),
    "Y": ((0, 30), (122, 36), (36, 16), (188, 16), (204, 16)),
    "I": ((158, 30), (122, 30), (220, 16), (188, 16), (204, 16)),
}
KINDS = {
    "resident": " ",
    "residence_permit": "J",
    "permanent_resident": "Y",
    "permanent_resident_2017": "I",
}

Facts = tuple[str, ...]


def written(text: bytes) -> Facts:
    """What stands in a text block."""
    flag = text[248:250].decode("utf-16-le", "replace").strip(" \0") or " "
    fields = (text[at : at + size].decode("utf-16-le", "replace") for at, size in PLACES.get(flag, ()))
    return flag, *(field.rstrip(" \0") for field in fields)


def told(card: IdCard) -> Facts:
    """What the driver says."""
    until = f"{card.valid_to:%Y%m%d}" if card.valid_to else "长期"
    days = f"{card.birth:%Y%m%d}", f"{card.valid_from:%Y%m%d}", until
    return KINDS[card.kind], card.name, card.number, *days


def has_right_number(card: IdCard) -> bool:
    if card.kind == "permanent_resident_2017":
        return len(card.number) == 15
    weights = [2 ** (17 - place) % 11 for place in range(18)]
    digits = [10 if digit == "X" else int(digit) for digit in card.number]
    return len(digits) == 18 and sum(map(int.__mul__, weights, digits)) % 11 == 1


def whole_frames(stream: bytes) -> Iterator[bytes]:
    """The body of every frame whose XOR is right, wherever it begins."""
    at = stream.find(START)
    while at >= 0:
        end = at + 7 + int.from_bytes(stream[at + 5 : at + 7], "big")
        if at + 9 < end <= len(stream) and reduce(xor, stream[at + 5 : end]) == 0:
            yield stream[at + 7 : end - 1]
        at = stream.find(START, at + 1)


def whole_readings(stream: bytes, parts: int) -> set[Facts]:
    """`parts`: text and photo, or these and a fingerprint."""
    at = 3 + 2 * parts
    return {
        written(body[at : at + 256])
        for body in whole_frames(stream)
        if body[2] == 0x90 and body[3:5] == b"\x01\x00" and len(body) >= at + 256
    }


def whole_addresses(stream: bytes) -> set[str]:
    bodies = [
        body for body in whole_frames(stream) if body[2] == 0x90 and len(body) > 3 and len(body) % 70 == 3
    ]
    return {body[-70:].decode("utf-16-le", "replace").rstrip(" \0") for body in bodies}


def sealed(counted: bytes) -> bytes:
    return START + counted + bytes([reduce(xor, counted)])


def asked(*requests: bytes) -> bytes:
    """What the emulator says to the last of them."""
    port = DirectPort()
    with CardReaderEmulator(port) as emulator:
        for request in requests:
            if request in CARD_OF:
                emulator.lay(CARD_OF[request])
                continue
            port.fetch()
            port.hear(request)
    return port.fetch()


CARDS = [*DEMO_CARDS, *OTHER_CARDS]
CARD_OF = {card.number.encode(): card for card in CARDS}
READINGS = [asked(number, FIND, SELECT, READ) for number in CARD_OF]
FULL_READINGS = [asked(number, FIND, SELECT, READ_ALL) for number in CARD_OF]
NEW_ADDRESS = asked(CARDS[-1].number.encode(), FIND, SELECT, REQUESTS[7])
REPLIES = [
    *READINGS[::3],
    FULL_READINGS[-1],
    NEW_ADDRESS,
    FINE,
    NO_CARD,
    FOUND,
    SELECTED,
    READ_FAILED,
    ITEM_ABSENT,
    SAM_NUMBER,
]


def altered(chance: Random, reading: bytes) -> bytes:
    """Another text under a right checksum."""
    changed = bytearray(reading[5:-1])
    for _ in range(chance.randrange(1, 4)):
        changed[9 + chance.randrange(256)] = chance.choice((0, 0x20, 0x31, chance.randrange(256)))
    return sealed(bytes(changed))


def damaged(chance: Random, frame: bytes) -> bytes:
    fate = chance.random()
    if fate < 0.6:
        return frame
    if fate < 0.7 and len(frame) > 1000:
        return altered(chance, frame)
    return mangled(chance, [frame, *REPLIES])


def test_the_driver_believes_only_what_was_whole() -> None:
    chance = Random("driver")
    read = refused = 0
    for case in range(DRIVER_CASES):
        at = chance.randrange(len(CARDS))
        with_fingerprint, with_new_address = chance.random() < 0.2, chance.random() < 0.5
        readings = FULL_READINGS if with_fingerprint else READINGS
        frames = [
            FINE,
            SAM_NUMBER,
            FOUND,
            SELECTED,
            readings[at],
            NEW_ADDRESS if with_new_address else NO_CARD,
        ]
        clean = case % 4 == 0
        if not clean:
            frames = [
                damaged(chance, frame) for frame in (*frames, NO_CARD, FOUND, SELECTED, readings[at - 1])
            ]
        stream = b"".join(frames)
        apart = clean or chance.random() < 0.7
        link = PlayedLink(
            [piece for part in (frames if apart else [stream]) for piece in in_pieces(chance, part)]
        )
        heard: list[IdCard] = []
        driver = CardReader(
            NOWHERE,
            heard.append,
            timing=AT_ONCE,
            with_fingerprint=with_fingerprint,
            with_new_address=with_new_address,
        )
        driver.opener = lambda link=link: link  # type: ignore[misc]
        with pytest.raises(LinkError):
            driver._session()
        if clean:
            assert [card.number for card in heard] == [CARDS[at].number]
            assert heard[0].new_address == (CARDS[-1].new_address if with_new_address else "")
        if heard:
            possible = whole_readings(stream, 3 if with_fingerprint else 2)
            assert all(told(card) in possible and has_right_number(card) for card in heard)
            assert {card.new_address for card in heard} <= {"", *whole_addresses(stream)}
        read += bool(heard)
        refused += not heard
    assert read > DRIVER_CASES / 3
    assert refused > DRIVER_CASES / 5


def test_the_emulator_obeys_only_what_was_whole() -> None:
    chance = Random("emulator")
    port = DirectPort()
    readings = 0
    for case in range(EMULATOR_CASES):
        stream = b"".join(
            chance.choice(REQUESTS) if chance.random() < 0.5 else mangled(chance, REQUESTS)
            for _ in range(chance.randrange(1, 6))
        )
        stream += chance.choice((b"", FIND + SELECT + READ))
        emulator = CardReaderEmulator(port)
        emulator.plug()
        emulator.lay(CARDS[case % len(CARDS)])
        for piece in in_pieces(chance, stream):
            port.hear(piece)
        emulator.unplug()
        answers = port.fetch()
        bodies = list(whole_frames(answers))
        assert b"".join(sealed((len(body) + 1).to_bytes(2, "big") + body) for body in bodies) == answers
        assert len(bodies) <= stream.count(START)
        assert len(emulator.malformed) <= 100
        if any(len(body) > 1000 for body in bodies):
            readings += 1
            last = max(stream.rfind(READ), stream.rfind(READ_ALL))
            assert SELECT in stream[:last]
    assert readings > EMULATOR_CASES / 10


def test_only_whole_frames_are_found_and_explained() -> None:
    chance = Random("hunter")
    found = 0
    for _ in range(HUNTER_CASES):
        stream = b"".join(damaged(chance, chance.choice(REPLIES)) for _ in range(chance.randrange(1, 4)))
        hunter, explainer = FrameHunter(), CardReaderExplainer()
        for piece in in_pieces(chance, stream):
            for body in hunter.feed(piece):
                found += 1
                assert sealed((len(body) + 1).to_bytes(2, "big") + body) in stream
            lines = explainer.feed(chance.choice(("in", "out")), piece)
            assert not any(card.name in line or card.number in line for line in lines for card in CARDS)
    assert found > HUNTER_CASES


def test_a_text_is_a_card_only_as_it_is_written() -> None:
    chance = Random("text")
    accepted = 0
    for _ in range(TEXT_CASES):
        text = (
            altered(chance, chance.choice(READINGS))[14:270]
            if chance.random() < 0.9
            else chance.randbytes(256)
        )
        try:
            card = parse_card(text)
        except CardTextError:
            continue
        accepted += 1
        assert told(card) == written(text)
        assert has_right_number(card)
    assert TEXT_CASES / 10 < accepted < TEXT_CASES * 0.9
