"""Visitors, kiosks and clerks as scripts for `bench.load`, and the rounds of work that several measurements share."""

import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from bench.boards import Boards
from bench.house import House
from bench.load import API, Ask, Json, Load, Measured, Script
from bench.processes import Cpu
from bench.report import quantile
from tinghao.basics.id_number import check_digit

ISSUERS = 8
"""Connections that fill the lines before clerks are measured."""


@dataclass
class Shown:
    """When presses were sent and when the boards showed them: latencies in seconds, one of each press."""

    middle_board: list[float] = field(default_factory=list)
    last_board: list[float] = field(default_factory=list)
    lost: int = 0


def visitor(n: int) -> Json:
    """The made-up card of visitor `n`; nobody has it twice."""
    born = date(1950, 1, 1) + timedelta(days=n % 20_000)
    digits = f"430422{born:%Y%m%d}{n // 20_000:03d}"
    return {"source": "card", "number": digits + check_digit(digits), "name": f"测试{n}"}


_visitors = itertools.count()


def kiosk(matters: Iterable[str]) -> Script:
    """Takes a number for each of these matters, each time for another visitor with a card."""
    for matter in matters:
        answer = yield Ask(
            f"{API}/tickets", {"matter": matter, "identity": visitor(next(_visitors))}, "ticket"
        )
        _expect(201, answer.status, answer.content)


def clerk(window: int, moments: Iterable[float]) -> Script:
    """Calls somebody at each of these moments (0: as soon as he can), starts and finishes."""
    for at in moments:
        answer = yield Ask(f"{API}/windows/{window}/next", label="call", at=at)
        _expect(200, answer.status, answer.content)
        ticket = answer.content["id"]
        for verb in ("start", "finish"):
            answer = yield Ask(f"{API}/tickets/{ticket}/{verb}")
            _expect(200, answer.status, answer.content)


def presser(window: int, presses: int, apart: float, pressed: dict[str, float]) -> Script:
    """Presses "next", notes in `pressed` when, marks the visitor as not come, and so on, each `apart` seconds."""
    for _ in range(presses):
        answer = yield Ask(f"{API}/windows/{window}/next", at=time.monotonic() + apart / 2)
        _expect(200, answer.status, answer.content)
        pressed[answer.content["number"]] = answer.began
        ticket = answer.content["id"]
        answer = yield Ask(f"{API}/tickets/{ticket}/no-show", at=time.monotonic() + apart / 2)
        _expect(200, answer.status, answer.content)


@dataclass(frozen=True)
class Place:
    """A window and the matter for which people come to it."""

    window: int
    matter: str


def places(house: House) -> list[Place]:
    """All windows of the house by number."""
    hall = house.station("kiosk").hall()
    matters = house.station("kiosk").matters()["matters"]
    by_line = {matter["line"]: matter["code"] for matter in reversed(matters) if not matter.get("place")}
    windows = sorted(hall["windows"], key=lambda window: cast(int, window["number"]))
    return [Place(window["id"], by_line[window["lines"][0]]) for window in windows]


def take_tickets(house: House, matter: str, count: int, kiosks: int) -> Measured:
    """`kiosks` kiosks take `count` numbers together, as fast as they are answered."""
    left = itertools.repeat(matter, count)
    load = Load(house.port)
    for token in house.tokens["kiosk"][:kiosks]:
        load.add(token, kiosk(left))
    return load.run()


def fill(house: House, wanted: dict[str, int]) -> None:
    """Lets so many people wait for each matter."""
    left = itertools.chain.from_iterable(itertools.repeat(matter, count) for matter, count in wanted.items())
    load = Load(house.port)
    tokens = house.tokens["kiosk"]
    for n in range(ISSUERS):
        load.add(tokens[n % len(tokens)], kiosk(left))
    load.run()


class Crew:
    """Clerks, each at his open window."""

    def __init__(self, house: House, clerks: int) -> None:
        self._house = house
        self._places = places(house)[:clerks]
        self._tokens = [house.clerk(n)[1] for n in range(clerks)]
        load = Load(house.port)
        for place, token in zip(self._places, self._tokens, strict=True):
            load.add(token, _open(place.window))
        load.run()

    def prepare(self, each: int, rate: float | None = None) -> Load:
        """Clerks ready to call `each` waiting visitor: `rate` calls a second of all together, or as fast as they can."""
        self._fill(each)
        load, began, clerks = Load(self._house.port), time.monotonic() + 0.2, len(self._places)
        for n, (place, token) in enumerate(zip(self._places, self._tokens, strict=True)):
            moments = [began + (turn * clerks + n) / rate if rate else 0.0 for turn in range(each)]
            load.add(token, clerk(place.window, moments))
        return load

    def call(self, each: int) -> Measured:
        """Each clerk calls `each` visitors as fast as he is answered."""
        return self.prepare(each).run()

    def press(self, boards: Boards, presses: int, apart: float) -> tuple[Shown, float | None]:
        """The first clerk presses "next" every `apart` seconds; returns what the boards saw and the server's processor share."""
        self._fill(presses, clerks=1)
        pressed: dict[str, float] = {}
        load = Load(self._house.port)
        load.add(self._tokens[0], presser(self._places[0].window, presses, apart, pressed))
        cpu = Cpu(self._house.pid)
        load.run()
        share = cpu.share()
        return seen(pressed, boards), share

    def _fill(self, each: int, clerks: int | None = None) -> None:
        wanted: dict[str, int] = {}
        for place in self._places[:clerks]:
            wanted[place.matter] = wanted.get(place.matter, 0) + each
        fill(self._house, wanted)


def seen(sent: dict[str, float], boards: Boards) -> Shown:
    """Brings together when each number was sent and when the boards had it."""
    arrivals, shown = boards.arrivals(len(sent)), Shown()
    for number, began in sent.items():
        moments = arrivals.get(number, [])
        shown.lost += boards.count - len(moments)
        if len(moments) == boards.count:
            shown.middle_board.append(quantile(moments, 0.5) - began)
            shown.last_board.append(max(moments) - began)
    return shown


def _open(window: int) -> Script:
    answer = yield Ask(f"{API}/windows/{window}/shift")
    _expect(201, answer.status, answer.content)


def reader(path: str, times: int) -> Script:
    """Asks the same question several times."""
    for _ in range(times):
        answer = yield Ask(path, label="read", method="GET")
        _expect(200, answer.status, answer.content)


def _expect(wanted: int, status: int, content: Json) -> None:
    if status != wanted:
        raise RuntimeError(f"the server answered {status}: {content}")
