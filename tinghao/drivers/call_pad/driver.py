"""A line of call pads and raters as a station sees it.

Every key is answered at once, or its pad says it again.  The same frame of the same pad again within
`repeat_window` is such a repetition (its answer was lost) or a finger that hit twice: it is answered, and not
counted again.  Another key in between ends the window; a rating doesn't, it may come from another device with
the same address.

What is shown is the newest for each pad and field, sent when the line is free.  The pads don't confirm it
and forget it without power, so it is sent again every `refresh_every` seconds, when the line came back, and
once when rubbish was heard behind it (somebody spoke at the same time).  A beep that couldn't be sent is
dropped when the line was away.

A pad that says nothing can't be told from one that isn't there: `ready` means that the port is open.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, Driver, OnState
from tinghao.drivers.call_pad.bus import Bus
from tinghao.drivers.call_pad.displays import EVENTS, Displays, Field
from tinghao.drivers.call_pad.protocol import (
    STARS,
    Frame,
    answer_to,
    digits_of_ticket,
    is_pressed,
    key_of,
    rating_key_of,
)
from tinghao.drivers.keys import Key
from tinghao.drivers.links import DeviceState

ADDRESSES = range(1, 256)
MOST_WAITING = 999
RUBBISH_UNTIL_WARNING = 40
STRANGER_AFTER = 2

OnKey = Callable[[int, Key], None]
"""Pad, key."""
OnRating = Callable[[int, int], None]
"""Address of the rater, level: 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意."""

LEVELS_SEEN = {0: 4, 1: 5, 2: 2, 3: 1}
"""Keys of a 4-key rater, as the one known source orders them; doubtful."""


class CallPadBus(Driver):
    family = "call_pad"
    title = "呼叫器"
    kinds = ("serial", "tcp")

    def __init__(
        self,
        address: Address,
        on_key: OnKey | None = None,
        on_rating: OnRating | None = None,
        on_state: OnState | None = None,
        *,
        pads: Sequence[int] = (1,),
        levels: Mapping[int, int] | None = None,
        digits_together: bool = False,
        repeat_window: float = 1.0,
        refresh_every: float = 30.0,
    ) -> None:
        """`pads` are the addresses of pads and raters; `levels` the rating of each rater key, keys left out don't count."""
        super().__init__(address, on_state)
        if not pads or any(pad not in ADDRESSES for pad in pads):
            raise ValueError("pads have addresses 1..255")
        self.pads = tuple(pads)
        self._on_key = on_key
        self._on_rating = on_rating
        self._levels = dict(LEVELS_SEEN if levels is None else levels)
        self._repeat_window = repeat_window
        self._refresh_every = refresh_every
        self._displays = Displays(digits_together)
        self._last: dict[tuple[int, int], tuple[Frame, float]] = {}
        self._strangers: Counter[int] = Counter()
        self._sent: tuple[int, Field] | None = None

    # ------------------------------------------------------------------------------------ for stations

    def show_ticket(self, pad: int, number: str) -> str:
        """Pads have three digits and no letters: `A012` is shown as `012`, empty blanks it.  Gives what will be shown."""
        if not self._knows(pad):
            return ""
        digits = digits_of_ticket(number)
        self._displays.show(pad, ticket=digits)
        return digits

    def show_waiting(self, pad: int, count: int) -> bool:
        """This and what follows: false for a pad that isn't configured.  Whether a pad shows it nobody can know."""
        if self._knows(pad):
            self._displays.show(pad, waiting=str(min(max(count, 0), MOST_WAITING)))
        return self._knows(pad)

    def show_stars(self, pad: int, stars: int) -> bool:
        if self._knows(pad):
            self._displays.show(pad, stars=min(max(stars, STARS[0]), STARS[-1]))
        return self._knows(pad)

    def beep(self, pad: int) -> bool:
        if self._knows(pad):
            self._displays.happen(pad, "beep")
        return self._knows(pad)

    def let_rate(self, pad: int) -> bool:
        """Asks the visitor to rate; the pad's own key for it does so by itself."""
        if self._knows(pad):
            self._displays.happen(pad, "rate")
        return self._knows(pad)

    def wait_sent(self, seconds: float) -> bool:
        """Whether all that is to be shown went out in time."""
        return self._displays.wait_sent(seconds)

    def _knows(self, pad: int) -> bool:
        return pad in self.pads

    # ------------------------------------------------------------------------------------ the session

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as link:
            link.drain()
            self._strangers.clear()
            bus = Bus(link, self.address.baud or self.baud)
            self._displays.drop_events()
            self._displays.all_again()
            self._set_state(READY)
            refresh_at = time.monotonic() + self._refresh_every
            while not self._closing.is_set():
                self._hear(bus)
                if time.monotonic() >= refresh_at:
                    self._displays.all_again()
                    refresh_at += self._refresh_every
                self._show_one(bus)

    def _hear(self, bus: Bus) -> None:
        before = bus.rubbish
        frames = bus.listen()
        for frame in frames:
            self._take(bus, frame)
        if bus.rubbish > before:
            self._send_again()
        if frames or bus.rubbish != before:
            self._tell_state(bus)

    def _take(self, bus: Bus, frame: Frame) -> None:
        if not is_pressed(frame):
            return
        if not self._knows(frame.address):
            self._strangers[frame.address] += 1
            return
        bus.send(answer_to(frame))
        if self._is_new(frame):
            self._tell(frame)

    def _is_new(self, frame: Frame) -> bool:
        now = time.monotonic()
        device = frame.address, frame.function
        last = self._last.get(device)
        self._last[device] = (frame, now)
        return last is None or last[0] != frame or now - last[1] > self._repeat_window

    def _tell(self, frame: Frame) -> None:
        key, rating = key_of(frame), rating_key_of(frame)
        if key is not None:
            self._call(self._on_key, frame.address, key)
        elif rating is not None and rating in self._levels:
            self._call(self._on_rating, frame.address, self._levels[rating])

    def _show_one(self, bus: Bus) -> None:
        if not bus.may_speak():
            return
        due = self._displays.take()
        if due:
            pad, field, frame = due
            bus.send(frame)
            self._displays.sent()
            self._sent = None if field in EVENTS or self._sent == (pad, field) else (pad, field)

    def _send_again(self) -> None:
        """Somebody spoke into it.  Once only: on a line that is never clean the refreshing has to do."""
        if self._sent:
            self._displays.again(*self._sent)

    def _tell_state(self, bus: Bus) -> None:
        reasons = []
        strangers = sorted(each for each, times in self._strangers.items() if times >= STRANGER_AFTER)
        if strangers:
            listed = "、".join(map(str, strangers))
            reasons.append(f"收到未配置的呼叫器地址 {listed}，请检查拨码或设置")
        if bus.rubbish >= RUBBISH_UNTIL_WARNING:
            reasons.append("线路上只有无法识别的数据，请检查波特率和接线")
        self._set_state(DeviceState("ready", "；".join(reasons)) if reasons else READY)
