"""An LED strip as a station sees it: areas laid out once, each with a text that is wanted there.

    strip = LedStrip(Address.parse("serial:/dev/ttyUSB1"), width=192, height=16)
    strip.call("A012 请到 3 号窗口")      flashing for `Timing.flash_for`, then steady
    strip.pause()                        暂停服务
    strip.idle("欢迎光临")

What is wanted is remembered, not what is to be sent: whoever asks puts the newest text in its place and
goes on, and the thread brings the card up to date.  So nothing can queue up, and after an unplugged
cable or a card without power everything is there again: areas are volatile.  A card that says which areas it
holds is asked every few seconds; the others are pinged, and sent everything again now and then, as their power
may have blinked between two pings.

A text the card refuses is sent `TRIES` times, then the strip is faulty with the card's reason until the
next check, while other areas go on; when the card stays silent the strip is faulty and everything begins
anew.  Orders (brightness, power, clock, clearing, reset) wait for the card's answer, at most
`orders.TIMEOUT`; of two alike that wait, the newer one wins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, Driver, OnState
from tinghao.drivers.led_strip.card import Card, Refused
from tinghao.drivers.led_strip.layout import Area, XUnit, lay_out
from tinghao.drivers.led_strip.orders import CUT_OFF, Orders
from tinghao.drivers.led_strip.protocol import (
    BRIGHTEST,
    CLEAR,
    LEFT,
    PING,
    QUICK,
    RESET,
    Style,
    area_request,
    brightness_request,
    delete_all_areas,
    power_request,
    request,
    time_request,
)
from tinghao.drivers.led_strip.text import FONT, Colour, Run, Text, encode, width_in_dots
from tinghao.drivers.links import DeviceState, Link, LinkError

STEADY = Style()
FLASHING = Style(mode=QUICK, stay=1)
MOVING = Style(mode=LEFT)

PAUSED = "暂停服务"


@dataclass(frozen=True)
class Timing:
    """Seconds; `answer` is how long a card may think, `renew_every` is for cards that don't say what they hold."""

    answer: float = 0.6
    ping_every: float = 3.0
    flash_for: float = 8.0
    renew_every: float = 60.0


@dataclass(frozen=True)
class Accepted:
    """What becomes of a text; `replaced` are the characters the card can't draw, `cut` if its end didn't fit."""

    replaced: str = ""
    cut: bool = False


@dataclass(frozen=True)
class _Wanted:
    """`later` is the style from `at` on, by the driver's clock."""

    text: bytes
    style: Style
    later: Style
    at: float


_Refusal = tuple[bytes, DeviceState]
"""A request and what the card had against it."""


class LedStrip(Driver):
    family = "led_strip"
    title = "LED 条屏"
    kinds = ("serial", "tcp")
    baud = 57600

    def __init__(
        self,
        address: Address,
        on_state: OnState | None = None,
        *,
        width: int = 192,
        height: int = 16,
        areas: Sequence[Area] = (),
        x_unit: XUnit = 8,
        dot_flag: bool = False,
        font: str = "O000",
        colours: bool = True,
        timing: Timing | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(address, on_state)
        if not FONT.fullmatch(font):
            raise ValueError(f"no font {font}")
        laid = areas or (Area(0, 0, 0, width, height),)
        self._places = lay_out(laid, width, height, x_unit, dot_flag)
        self._first = laid[0].number
        self._font = font
        self._colours = colours
        self.timing = timing or Timing()
        self._clock = clock
        self._changed = threading.Condition()
        self._wanted: dict[int, _Wanted] = {}
        self._on_card: dict[int, bytes] = {}
        self._orders = Orders()
        self._takes_orders = False
        self._refused: dict[int, _Refusal] = {}
        self._asks_status = self._lists_areas = False

    # ------------------------------------------------------------------------------------ texts

    def show(self, area: int, text: Text, style: Style = STEADY) -> Accepted:
        """The newest text of an area is the one that will stand there; `KeyError` for an unknown area."""
        return self._want(area, text, style, style, 0.0)

    def call(self, text: Text, area: int | None = None, colour: Colour = "red") -> Accepted:
        """Flashing, then steady."""
        number = self._first if area is None else area
        later = self._clock() + self.timing.flash_for
        return self._want(number, _in(colour, text), FLASHING, self._fitting(number, text), later)

    def pause(self, text: Text = PAUSED, area: int | None = None, colour: Colour = "yellow") -> Accepted:
        return self._rest(area, text, colour)

    def idle(self, text: Text, area: int | None = None, colour: Colour = "green") -> Accepted:
        return self._rest(area, text, colour)

    def settled(self, timeout: float) -> bool:
        """Waits until the card has acknowledged everything that is wanted."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._behind(), timeout)

    def _rest(self, area: int | None, text: Text, colour: Colour) -> Accepted:
        number = self._first if area is None else area
        return self.show(number, _in(colour, text), self._fitting(number, text))

    def _fitting(self, area: int, text: Text) -> Style:
        """A text too wide for its area moves through it."""
        columns = encode(text, self._font).columns
        return MOVING if width_in_dots(columns, self._font) > self._places[area].width else STEADY

    def _want(self, area: int, text: Text, style: Style, later: Style, at: float) -> Accepted:
        if area not in self._places:
            raise KeyError(area)
        encoded = encode(text, self._font, self._colours)
        with self._changed:
            self._wanted[area] = _Wanted(encoded.text, style, later, at)
        return Accepted(encoded.replaced, encoded.cut)

    def _behind(self) -> dict[int, bytes]:
        """The requests that would bring the card up to date."""
        now = self._clock()
        requests = {
            number: area_request(
                self._places[number], wanted.style if now < wanted.at else wanted.later, wanted.text
            )
            for number, wanted in self._wanted.items()
        }
        return {number: data for number, data in requests.items() if self._on_card.get(number) != data}

    # ------------------------------------------------------------------------------------ orders

    def set_brightness(self, level: int) -> str:
        """0 to 15; empty when done, else what was in the way."""
        return self._order(brightness_request(min(max(level, 0), BRIGHTEST)), "调节亮度")

    def set_power(self, on: bool) -> str:
        return self._order(power_request(on), "开关屏")

    def set_time(self, moment: datetime) -> str:
        return self._order(time_request(moment), "校时")

    def clear(self) -> str:
        """Forgets all texts, here and on the card."""
        with self._changed:
            self._wanted.clear()
        return self._order(request(CLEAR), "清屏")

    def reset(self) -> str:
        """The card begins anew and then shows again what it showed."""
        return self._order(request(RESET), "复位")

    def _order(self, data: bytes, doing: str) -> str:
        if not self._takes_orders:
            return self.state.reason or CUT_OFF
        return self._orders.give(data, doing)

    # ------------------------------------------------------------------------------------ the thread

    def _session(self) -> None:
        self._set_state(OPENING)
        try:
            with closing(self._open()) as link:
                self._serve(link)
        finally:
            self._takes_orders = False
            self._orders.refuse_all()

    def _serve(self, link: Link) -> None:
        baud = (self.address.baud or self.baud) if self.address.kind == "serial" else 0
        card = Card(link, self._closing, self.timing.answer, baud)
        card.command(request(PING), "联络")
        card.command(delete_all_areas(), "删除动态区")
        self._forget()
        self._takes_orders = True
        self._asks_status, self._lists_areas = True, False
        renew_at = time.monotonic() + self.timing.renew_every
        while not self._closing.is_set():
            self._bring_up_to_date(card)
            self._check(card)
            check_at = time.monotonic() + self.timing.ping_every
            while not self._closing.is_set() and time.monotonic() < check_at:
                link.read(SLICE)
                self._carry_out_orders(card)
                self._bring_up_to_date(card)
            card.command(request(PING), "联络")
            self._refused.clear()
            if time.monotonic() >= renew_at and not self._lists_areas:
                self._forget()
                renew_at = time.monotonic() + self.timing.renew_every

    def _bring_up_to_date(self, card: Card) -> None:
        """What was refused waits until the next check; meanwhile the strip is faulty and the other areas go on."""
        with self._changed:
            behind = self._behind()
        state = READY
        for number, data in behind.items():
            refused = self._refused.get(number)
            if refused is None or refused[0] != data:
                refused = self._send(card, number, data)
            if refused:
                state = refused[1]
        self._set_state(state)

    def _send(self, card: Card, number: int, data: bytes) -> _Refusal | None:
        try:
            card.command(data, "显示文字")
        except Refused as refusal:
            self._refused[number] = data, refusal.state
            return self._refused[number]
        self._refused.pop(number, None)
        with self._changed:
            self._on_card[number] = data
            self._changed.notify_all()
        return None

    def _check(self, card: Card) -> None:
        """A card that once listed what we laid there and no longer does has lost its power meanwhile."""
        if not self._asks_status or not self._on_card:
            return
        status = card.status()
        if status is None:
            self._asks_status = self._lists_areas
            return
        complete = self._on_card.keys() <= set(status.areas)
        if self._lists_areas and not complete:
            self._forget()
        self._lists_areas = self._lists_areas or complete

    def _carry_out_orders(self, card: Card) -> None:
        while order := self._orders.take():
            try:
                card.command(order.data, order.doing)
            except LinkError as error:
                order.end(error.state.reason)
                if not isinstance(error, Refused):
                    raise
                continue
            if order.data[:2] in (CLEAR, RESET):
                self._forget()
            order.end()

    def _forget(self) -> None:
        with self._changed:
            self._on_card = {}


def _in(colour: Colour, text: Text) -> Text:
    """A plain text in one colour; runs keep theirs."""
    return Run(text, colour) if isinstance(text, str) else text
