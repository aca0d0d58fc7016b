"""Visitors, kiosks and clerks as scripts for `bench.load`, and the rounds of work that several measurements share."""

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import cast

from bench.boards import Boards
from bench.house import House
from bench.load import API, Ask, Json, Load, Measured, Script
from bench.processes import Cpu
from bench.report import quantile
from tinghao.basics.id_number import check_digit

ISSUERS = 8
"""Connections that fill the lines before clerks are measured."""

NOBODY = "nobody-waiting"
AGAIN_AFTER = 0.05


@dataclass
class Shown:
    """When presses were sent and when the boards showed them: latencies in seconds, one of each press."""

    middle_board: list[float] = field(default_factory=list)
    last_board: list[float] = field(default_factory=list)
    lost: int = 0


def visitor(n: int) -> Json:
    """The made-up card of visitor `n`, whose age gives him no priority; nobody has it twice."""
    born = date(1970, 1, 1) + timedelta(days=n % 10_000)
    digits = f"430422{born:%Y%m%d}{n // 10_000:03d}"
    return {"source": "card", "number": digits + check_digit(digits), "name": f"测试{n}"}


_visitors = itertools.count()


def ordinary(matters: Iterable[str]) -> Iterator[Json]:
    """Wishes for a number for each of these matters, all of the ordinary class."""
    return ({"matter": matter} for matter in matters)


def mixed(matters: Iterable[str]) -> Iterator[Json]:
    """The same, but half of the visitors of another class: disabled, or with an appointment for now.

    The class changes with each round of the lines, so that every line has all of them.
    """
    met: dict[str, int] = {}
    for matter in matters:
        met[matter] = n = met.get(matter, 0) + 1
        more: Json = {}
        if n % 4 == 1:
            more = {"statuses": ["disabled"]}
        elif n % 4 == 3:
            more = {"booked_at": datetime.now(UTC).isoformat()}
        yield {"matter": matter, **more}


def kiosk(wishes: Iterable[Json]) -> Script:
    """Takes a number for each of these wishes, each time for another visitor with a card."""
    for wish in wishes:
        answer = yield Ask(f"{API}/tickets", {**wish, "identity": visitor(next(_visitors))}, "ticket")
        _expect(201, answer.status, answer.content)


def clerk(window: int, moments: Iterable[float], *, patient: bool = False) -> Script:
    """Calls somebody at each of these moments (0: as soon as he can), starts and finishes; one who is patient calls again
    when nobody waits."""
    for at in moments:
        answer = yield Ask(f"{API}/windows/{window}/next", label="call", at=at)
        while patient and answer.content.get("code") == NOBODY:
            again = time.monotonic() + AGAIN_AFTER
            answer = yield Ask(f"{API}/windows/{window}/next", label="call", at=again)
        _expect(200, answer.status, answer.content)
        ticket = answer.content["id"]
        for verb in ("start", "finish"):
            answer = yield Ask(f"{API}/tickets/{ticket}/{verb}", label=verb)
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
    left = ordinary(itertools.repeat(matter, count))
    load = Load(house.ports)
    for token in house.tokens["kiosk"][:kiosks]:
        load.add(token, kiosk(left))
    return load.run()


def fill(house: House, wanted: dict[str, int]) -> None:
    """Lets so many people of all classes wait for each matter."""
    left = mixed(itertools.chain.from_iterable(itertools.repeat(*each) for each in wanted.items()))
    load = Load(house.ports)
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
        load = Load(house.ports)
        for place, token in zip(self._places, self._tokens, strict=True):
            load.add(token, _open(place.window))
        load.run()

    def prepare(self, each: int, rate: float | None = None) -> Load:
        """Clerks ready to call `each` waiting visitor: `rate` calls a second of all together, or as fast as they can."""
        self._fill(each)
        load, began, clerks = Load(self._house.ports), time.monotonic() + 0.2, len(self._places)
        for n, (place, token) in enumerate(zip(self._places, self._tokens, strict=True)):
            moments = [began + (turn * clerks + n) / rate if rate else 0.0 for turn in range(each)]
            load.add(token, clerk(place.window, moments))
        return load

    def call(self, each: int) -> Measured:
        """Each clerk calls `each` visitors as fast as he is answered."""
        return self.prepare(each).run()

    def visits(self, each: int, kiosks: int) -> Load:
        """Whole visits at once: kiosks take as many numbers as the clerks call, start and finish, `each` of them so many.

        Before the first time some have to wait already: `stock`.
        """
        load, clerks = Load(self._house.ports), len(self._places)
        matters = itertools.islice(itertools.cycle(place.matter for place in self._places), each * clerks)
        left = mixed(matters)
        for token in self._house.tokens["kiosk"][:kiosks]:
            load.add(token, kiosk(left))
        for place, token in zip(self._places, self._tokens, strict=True):
            load.add(token, clerk(place.window, [0.0] * each, patient=True))
        return load

    def stock(self, each: int) -> None:
        """Lets `each` people wait for each clerk."""
        self._fill(each)

    def press(self, boards: Boards, presses: int, apart: float) -> tuple[Shown, float | None]:
        """The first clerk presses "next" every `apart` seconds; returns what the boards saw and the server's processor share."""
        self._fill(presses, clerks=1)
        pressed: dict[str, float] = {}
        load = Load(self._house.ports)
        load.add(self._tokens[0], presser(self._places[0].window, presses, apart, pressed))
        cpu = Cpu(self._house.pids)
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
