"""A card reader made of software that speaks vpcd's wire, with cards of `cards.py` to put in.

    reader = SocialCardEmulator(TcpPort())
    reader.plug()
    reader.insert("card")            # "card-6c", "card-61", "card-pin", "card-foreign"
    reader.remove()

It listens, as the card's side of vpcd does in reversed mode (`vicc --reversed`).
"""

from __future__ import annotations

from pathlib import Path

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Facts, Widget
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.social_card.cards import demo_cards
from tinghao.drivers.social_card.emulated_card import EmulatedCard

KEPT_MALFORMED = 50
COMMAND_LIMIT = 300
OFF, ON, RESET, ATR = b"\x00", b"\x01", b"\x02", b"\x04"


class SocialCardEmulator(Emulator):
    def __init__(self, port: EmulatedPort | Path, on_change: OnChange | None = None) -> None:
        super().__init__(port, on_change)
        self.cards = demo_cards()
        self._card: EmulatedCard | None = None
        self._powered = False
        self._between = False
        self._input = b""
        self._remove_after: int | None = None
        self.malformed: list[str] = []

    @property
    def card(self) -> EmulatedCard | None:
        """What is in the slot."""
        return self._card

    def insert(self, name: str) -> None:
        self.put(self.cards[name])

    def remove(self) -> None:
        self.put(None)

    def put(self, card: EmulatedCard | None) -> None:
        with self._lock:
            self._between = bool(self._card and card)
            self._card = card
            self._powered = False
        self._changed()

    def remove_after(self, commands: int) -> None:
        """The card is pulled when so many more commands have been answered."""
        with self._lock:
            self._remove_after = commands

    # ------------------------------------------------------------------------------------ the wire

    def _connected(self) -> None:
        with self._lock:
            self._input = b""
            self._powered = False

    def _received(self, data: bytes) -> None:
        self._input += data
        while len(self._input) >= 2:
            length = self._input[0] << 8 | self._input[1]
            if length > COMMAND_LIMIT or not length:
                self._note(f"length {length}")
                self._input = b""  # vpcd would hang up; the next connection begins afresh
            if len(self._input) < 2 + length:
                return
            content, self._input = self._input[2 : 2 + length], self._input[2 + length :]
            self._take_content(content)

    def _take_content(self, content: bytes) -> None:
        if content == ATR:
            self._say(self._card.atr if self._card and not self._between else b"")
            self._between = False  # no hand changes cards so fast that the slot is never seen empty
        elif content in (ON, RESET):
            self._powered = self._card is not None
            if self._card:
                self._card.power_on()
        elif content == OFF:
            self._powered = False
        elif len(content) < 4:
            self._note(f"no command: {content.hex(' ')}")
            self._say(b"")
        else:
            self._command(content)

    def _command(self, command: bytes) -> None:
        if self._remove_after == 0:
            self._remove_after = None
            self.put(None)
        elif self._remove_after:
            self._remove_after -= 1
        self._say(self._card.answer(command) if self._card and self._powered else b"")

    def _say(self, content: bytes) -> None:
        self._send(len(content).to_bytes(2, "big") + content)

    def _note(self, problem: str) -> None:
        if len(self.malformed) < KEPT_MALFORMED:
            self.malformed.append(problem)

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        card = self._card
        shown = f"{card.label} / {card.label_en}" if card else "空 / Empty"
        tries = str(sum(each.pin_tries for each in self.cards.values()))
        return [Facts((("卡槽", "Slot", shown), ("输入密码次数", "PIN tries", tries)))]

    def controls(self) -> list[Control]:
        inserts = [
            Control(name, f"插入{card.label}", f"Insert: {card.label_en}", lambda _, n=name: self.insert(n))  # type: ignore[misc]
            for name, card in self.cards.items()
        ]
        return [*inserts, Control("remove", "取出卡", "Remove the card", lambda _: self.remove())]
