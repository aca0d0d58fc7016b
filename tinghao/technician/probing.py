"""Which family answers at an address.

Families are asked one after the other, each over a wire opened anew at its own speed, until one answers; the
others are then left in peace.  The order protects what may be at the other end:

    printer     first: its question (`10 04 n`) is a command to no other device, while whatever a printer is
                asked by the others would come out on paper
    …           those with frames and checksums, in any order: what is no frame of theirs they ignore
    sms-modem   last: its `AT` is text, which a device without frames might take

A wire that stays the same is quiet before the next one asks, so that a late answer is not taken for another's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from tinghao.drivers.address import Address
from tinghao.drivers.families import Family, families
from tinghao.drivers.links import Link, LinkError, TappedLink, faulty
from tinghao.technician.frames import Frames, now

FIRST = "printer"
LAST = "sms-modem"
BUDGET = 4.0
QUIET = 0.05
QUIET_BUDGET = 0.3

NOBODY = "没有设备应答，请检查电源、接线和速率（串口可加 ?baud=9600 等再试）"
NOBODY_TO_ASK = "没有可以询问的设备种类"

Print = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What came of asking one family: its answer, or why it could not even be asked; `nowhere` if there is nothing."""

    family: Family
    answer: str | None = None
    refusal: str = ""
    nowhere: bool = False


def probe(
    address: Address,
    only: Family | None,
    line: Print,
    *,
    frames: bool = False,
    whole: bool = False,
    as_json: bool = False,
) -> bool:
    """Asks and prints what came of it; true if somebody answered."""
    if only:
        only.driver.check(address)
    progress = _silent if as_json else line
    asked = list(ask_in_turn(address, only, progress, frames=frames and not as_json, whole=whole))
    answered = next((outcome for outcome in asked if outcome.answer), None)
    if as_json:
        line(json.dumps(_as_json(address, asked, answered), ensure_ascii=False))
    elif answered:
        line(f"{answered.family.title}（{answered.family.name}）应答：{answered.answer}")
    else:
        for sentence in _why_nobody(address, asked, only):
            line(sentence)
    return answered is not None


def ask_in_turn(
    address: Address, only: Family | None, line: Print, *, frames: bool = False, whole: bool = False
) -> Iterator[Asked]:
    """Ends with the first that answers, or when there is nothing at the address."""
    for family in askable(address, [only] if only else families().values()):
        line(f"询问{family.title} …")
        shown = Frames(family.explainer(), lambda row: line(f"  {row}"), whole=whole) if frames else None
        outcome = ask(family, address, shown)
        yield outcome
        if outcome.answer or outcome.nowhere:
            return


def askable(address: Address, among: Iterable[Family]) -> list[Family]:
    """Those that take the address and can be asked, in the order that does no harm."""
    able = [family for family in among if family.probe and address.kind in family.driver.kinds]
    return sorted(able, key=lambda family: (family.name != FIRST, family.name == LAST))


def ask(family: Family, address: Address, frames: Frames | None = None) -> Asked:
    """Asks once; bounded in time whatever the device does."""
    assert family.probe
    driver = family.listening(address, lambda _: None)
    try:
        link = driver.opener()
    except LinkError as error:
        return Asked(family, refusal=error.state.reason, nowhere=error.state.state == "absent")
    try:
        with closing(link):
            _settle(link)
            answer = family.probe(_heard(_BoundedLink(link, BUDGET), frames))
    except LinkError as error:
        return Asked(family, refusal=error.state.reason)
    if frames:
        frames.flush()
    return Asked(family, answer)


def answering_or_scanner(address: Address, line: Print) -> Family | None:
    """Who answers at the address; a scanner, which can't be asked, if nobody does."""
    for outcome in ask_in_turn(address, None, line):
        if outcome.answer:
            return outcome.family
    scanner = families().get("scanner")
    return scanner if scanner and address.kind in scanner.driver.kinds else None


def _why_nobody(address: Address, asked: list[Asked], only: Family | None) -> list[str]:
    if asked and asked[-1].nowhere:
        return [asked[-1].refusal]
    refusals = list(dict.fromkeys(outcome.refusal for outcome in asked if outcome.refusal))
    mute = [
        family
        for family in ([only] if only else families().values())
        if family.probe is None and address.kind in family.driver.kinds
    ]
    return [*refusals, NOBODY if asked else NOBODY_TO_ASK, *(_not_asked(family, address) for family in mute)]


def _not_asked(family: Family, address: Address) -> str:
    return f"{family.title}不能询问；若是，请用 tinghao devices monitor {address} --family {family.name}"


def _as_json(address: Address, asked: list[Asked], answered: Asked | None) -> dict[str, object]:
    return {
        "address": str(address),
        "family": answered.family.name if answered else None,
        "answer": answered.answer if answered else None,
        "asked": [{"family": outcome.family.name, "refusal": outcome.refusal} for outcome in asked],
    }


def _silent(_: str) -> None:
    """Progress is for people."""


def _heard(link: Link, frames: Frames | None) -> Link:
    if frames is None:
        return link
    return TappedLink(link, lambda direction, data: frames.passed(now(), direction, data))


def _settle(link: Link) -> None:
    until = time.monotonic() + QUIET_BUDGET
    while time.monotonic() < until and link.read(QUIET):
        pass


class _BoundedLink(Link):
    """Ends a question that takes too long."""

    def __init__(self, link: Link, budget: float) -> None:
        self._link = link
        self._until = time.monotonic() + budget

    def read(self, timeout: float) -> bytes:
        return self._link.read(min(timeout, self._left()))

    def write(self, data: bytes) -> None:
        self._left()
        self._link.write(data)

    def close(self) -> None:
        self._link.close()

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise faulty(f"询问超过 {BUDGET:.0f} 秒，已放弃")
        return left
