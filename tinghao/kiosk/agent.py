"""The kiosk's agent: owns the devices, talks to the server, and leads one visit after another.

What a visit may do is decided in `visit.py`. Here every happening (a card, a code, a touch, an answer, the time) is put to those
rules under one lock, and what the new state asks for (a request to the server, a paper) is begun on a thread of its own.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tinghao.basics.clock import Clock, system_clock
from tinghao.basics.problem import Problem
from tinghao.drivers.card_reader import PROBLEM_TEXT, IdCard
from tinghao.drivers.card_reader import Problem as CardProblem
from tinghao.drivers.printer import PrintOutcome
from tinghao.kiosk import codes, notices
from tinghao.kiosk.config import KioskConfig, Times
from tinghao.kiosk.devices import Devices
from tinghao.kiosk.hall_server import HallServer, Refused, Ticket, Unreachable
from tinghao.kiosk.reprints import Reprints
from tinghao.kiosk.resolvers import CodeResolver, Resolved, Unresolved, resolver_for
from tinghao.kiosk.store import Store
from tinghao.kiosk.ticket_paper import paper_for
from tinghao.kiosk.view import code_picture, for_screen, view_of
from tinghao.kiosk.visit import Identity, Limits, Notice, Rules, Stage, Visit, Wish

log = logging.getLogger(__name__)

TICK = 0.25
REPORT_TRIES = 5
REFRESH_EVERY = 12
"""Every so many heartbeats the hall's definition is asked for anew."""


class VisitOver(Problem):
    """The touch belongs to a visit that has ended."""

    code = "visit-over"
    status = 409
    detail = "本次办理已结束，请从首页重新开始。"
    detail_en = "This visit is over. Please start again."


def limits_of(times: Times) -> Limits:
    """The rules' limits from the configured times."""
    return Limits(**{name: times.limit(name) for name in Limits.__dataclass_fields__})


class Agent:
    """One kiosk. `show(state)` is called whenever the screen has to change."""

    def __init__(
        self,
        config: KioskConfig,
        server: HallServer,
        show: Callable[[dict[str, Any]], None] = lambda _state: None,
        clock: Clock = system_clock,
    ) -> None:
        self.show = show
        self._config = config
        self._server = server
        self._clock = clock
        self._rules = Rules(limits_of(config.times))
        self._store = Store(config.kiosk.data)
        self._devices = Devices(config, self)
        self._reprints = Reprints(
            server,
            self._store,
            lambda ticket, again: self._printed(ticket, None, again=again),
            self._reprinted,
        )
        self._resolver = resolver_for(config.codes)
        self._resolving = False
        self._lock = threading.RLock()
        self._closing = threading.Event()
        # Random, so that a page which was open before a restart can never touch a visit of today.
        self._visit = Visit(secrets.randbelow(2**40))
        self._online: bool | None = None
        self._definition = self._store.load_hall()
        self._version = 1
        self._presence: tuple[str, datetime] | None = None

    # -- life

    def start(self) -> None:
        """Opens the devices and begins to look after time and server."""
        interrupted = self._store.clear_unfinished()
        if interrupted:
            self._change(lambda visit, now: self._rules.noticed(visit, notices.interrupted(), now))
        self._devices.start(after_crash=interrupted or self._reprints.interrupted)
        self._begin(self._watch_time)
        self._begin(self._watch_server)
        self._begin(self._reprints.watch)

    def close(self) -> None:
        """Lets go of the devices; the threads end by themselves."""
        self._closing.set()
        self._reprints.close()
        self._devices.close()

    # -- what the screen reads

    def state(self) -> dict[str, Any]:
        """Everything the screen shows, as it stands now."""
        with self._lock:
            return {
                **view_of(self._visit, self._clock()),
                "warning": self._config.times.warning,
                "devices": {each.family: for_screen(each) for each in self._devices.reports()},
                "server": self._online is not False,
                "definition": self._version if self._definition else 0,
                "phones": self._for_phones(),
            }

    def definition(self) -> dict[str, Any] | None:
        """The hall and its matters, from the server or, when it is away, from the last time."""
        return self._definition

    # -- touches; each names the visit it belongs to

    def without(self, serial: int) -> None:
        """Begins without a card."""
        self._touch(serial, lambda visit, now: self._rules.without(visit, now))

    def sized(self, serial: int, elder: bool) -> None:
        """Switches the large type."""
        self._touch(serial, lambda visit, now: self._rules.sized(visit, elder, now))

    def take(self, serial: int, matter: str) -> None:
        """Asks for the number; again and again gives the same."""
        key = secrets.token_urlsafe(18)
        self._touch(serial, lambda visit, now: self._rules.take(visit, matter, key, now))

    def retry(self, serial: int) -> None:
        """Asks once more, with the same key."""
        self._touch(serial, lambda visit, now: self._rules.retry(visit, now))

    def print_again(self, serial: int) -> None:
        """Prints the number that the visitor had already."""
        self._touch(serial, lambda visit, now: self._rules.print_again(visit, now))

    def touched(self, serial: int) -> None:
        """Somebody is still there."""
        self._touch(serial, lambda visit, now: self._rules.touched(visit, now))

    def leave(self, serial: int) -> None:
        """Back to the start."""
        self._touch(serial, lambda visit, _now: self._rules.left(visit))

    # -- what the devices tell

    def card_laid(self, card: IdCard) -> None:
        """See `devices.Listener`."""
        self._identified(Identity("card", card.number, card.name))

    def card_problem(self, problem: CardProblem) -> None:
        """See `devices.Listener`."""
        self._change(
            lambda visit, now: self._rules.noticed(visit, notices.card_unread(PROBLEM_TEXT[problem]), now)
        )

    def code_scanned(self, text: str) -> None:
        """See `devices.Listener`."""
        hall = (self._definition or {}).get("hall", {}).get("id")
        match codes.understand(text, self._config.codes.keys, hall, self._clock()):
            case codes.IdNumberCode(number):
                self._identified(Identity("code", number))
            case codes.TicketCode(slug):
                self._place_asked(slug)
            case codes.DeskCode(kind):
                self._notice(notices.desk_code(kind))
            case codes.UselessCode(why):
                self._notice(notices.useless_code(why))
            case codes.UnknownCode(mistyped=True):
                self._notice(notices.mistyped_number())
            case codes.UnknownCode():
                self._person_asked(text.strip())

    def device_changed(self) -> None:
        """See `devices.Listener`."""
        with self._lock:  # or a state made before a touch could be shown after it
            self._push()

    # -- time

    def tick(self) -> None:
        """Lets the rules see what time it is."""
        self._change(lambda visit, now: self._rules.ticked(visit, now))

    # -- within

    def _touch(self, serial: int, rule: Callable[[Visit, Any], Visit]) -> None:
        with self._lock:
            if serial != self._visit.serial:
                raise VisitOver
            self._change(rule)

    def _change(self, rule: Callable[[Visit, Any], Visit]) -> None:
        with self._lock:
            before, after = self._visit, rule(self._visit, self._clock())
            if after == before:
                return
            self._visit = after
            self._follow(before, after)
            self._push()

    def _follow(self, before: Visit, after: Visit) -> None:
        """Begins what the new state asks for."""
        if after.wish is not None and after.wish.asking and after.wish != before.wish:
            self._store.mark_unfinished()
            self._begin(self._ask, after.wish, after.identity)
        if before.unfinished and not after.unfinished:
            self._store.clear_unfinished()
        if after.ticket is not None and after.paper == "printing" and before.paper != "printing":
            if after.ticket.already:
                self._begin(self._reprint, after.ticket)
            else:
                self._begin(self._print, after.ticket, after.identity)

    def _identified(self, identity: Identity) -> None:
        with self._lock:
            if self._visit.stage is Stage.TAKING:
                self._change(lambda visit, now: self._rules.noticed(visit, notices.busy(), now))
            else:
                self._change(lambda visit, now: self._rules.identified(visit, identity, now))

    def _notice(self, notice: Notice) -> None:
        self._change(lambda visit, now: self._rules.noticed(visit, notice, now))

    def _person_asked(self, text: str) -> None:
        if self._resolver is None:
            return self._notice(notices.unknown_code())
        with self._lock:
            if self._visit.stage is Stage.TAKING:
                return self._notice(notices.busy())
            if self._resolving:
                return
            self._resolving = True
            self._change(lambda visit, now: self._rules.asked(visit, notices.checking_code(), now))
            self._begin(self._find_person, self._resolver, text, self._visit)

    def _find_person(self, resolver: CodeResolver, text: str, asking: Visit) -> None:
        found = resolver.resolve(text)
        with self._lock:
            self._resolving = False
            if isinstance(found, Resolved):
                identity = Identity("code", found.number, found.name)
                self._change(lambda visit, now: self._rules.resolved(visit, asking, identity, now))
            else:
                notice = notices.unresolved(found or Unresolved.UNKNOWN)
                self._change(lambda visit, now: self._rules.unresolved(visit, asking, notice, now))

    def _place_asked(self, slug: str) -> None:
        with self._lock:
            if self._visit.stage in (Stage.CHOOSING, Stage.TAKING):
                self._change(lambda visit, now: self._rules.noticed(visit, notices.finish_first(), now))
                return
        self._begin(self._find_place, slug)

    def _find_place(self, slug: str) -> None:
        try:
            place = self._server.ticket_by_slug(slug)
        except Refused as error:
            self._notice(notices.refused(error))
        except Exception as error:
            if not isinstance(error, Unreachable):
                log.error("asking for a place: %s", type(error).__name__)
            self._notice(notices.place_unreachable())
        else:
            self._change(lambda visit, now: self._rules.placed(visit, place, now))

    def _ask(self, wish: Wish, identity: Identity | None) -> None:
        shown = (
            {"source": identity.source, "number": identity.number, "name": identity.name}
            if identity
            else None
        )
        try:
            ticket = self._server.issue(wish.matter, shown, wish.key)
        except Refused as error:
            self._heard(True)
            notice = notices.refused(error)
            self._change(lambda visit, now: self._rules.refused(visit, wish.key, notice, now))
        except Exception as error:
            if not isinstance(error, Unreachable):
                log.error("asking for a number: %s", type(error).__name__)
            self._heard(False)
            self._change(
                lambda visit, now: self._rules.unanswered(visit, wish.key, notices.unreachable(), now)
            )
        else:
            self._heard(True)
            self._change(lambda visit, now: self._rules.issued(visit, wish.key, ticket, now))

    def _print(self, ticket: Ticket, identity: Identity | None) -> None:
        outcome = self._printed(ticket, identity)
        reason = outcome.reason or None
        self._change(lambda visit, _now: self._rules.printed(visit, ticket.id, outcome.result, reason))
        self._report_print(ticket.id, outcome.result, reason)

    def _reprint(self, ticket: Ticket) -> None:
        try:
            self._server.reprint(ticket.id)
        except Refused as error:
            self._reprinted(ticket, PrintOutcome("failed", error.detail))
        except Unreachable:
            self._reprinted(ticket, PrintOutcome("failed", notices.NOT_CONNECTED))
        else:
            self._reprints.hurry()

    def _reprinted(self, ticket: Ticket, outcome: PrintOutcome) -> None:
        self._change(
            lambda visit, _now: self._rules.printed(visit, ticket.id, outcome.result, outcome.reason or None)
        )

    def _printed(self, ticket: Ticket, identity: Identity | None, *, again: bool = False) -> PrintOutcome:
        hall = (self._definition or {}).get("hall", {})
        try:
            return self._devices.print_ticket(paper_for(ticket, identity, hall, again=again))
        except Exception as error:  # a hall's odd definition must not leave the visitor waiting for paper
            log.error("composing a paper: %s", type(error).__name__)
            return PrintOutcome("failed", "号票内容无法排版")

    def _report_print(self, ticket_id: int, outcome: str, reason: str | None) -> None:
        for attempt in range(1, REPORT_TRIES + 1):
            try:
                self._server.report_print(ticket_id, outcome, reason)
                return
            except Unreachable:
                if self._closing.wait(attempt):
                    return
            except Refused as error:
                log.warning("the outcome of a print was refused: %s", error.code)
                return

    def _watch_time(self) -> None:
        while not self._closing.wait(TICK):
            try:
                self.tick()
            except Exception as error:  # without time no visit would ever end
                log.error("looking after the time: %s", type(error).__name__)

    def _watch_server(self) -> None:
        beats = 0
        while not self._closing.is_set():
            try:
                self._server.heartbeat([each.as_json() for each in self._devices.reports()])
                self._learn_presence()
                if not self._online or beats % REFRESH_EVERY == 0:
                    self._refresh()
                self._heard(True)
            except Unreachable:
                self._heard(False)
            except Refused as error:
                log.error("the server refuses this kiosk: %s", error.code)
                self._heard(False)
            except Exception as error:
                log.error("watching the server: %s", type(error).__name__)
                self._heard(False)
            beats += 1
            self._closing.wait(self._config.times.heartbeat)

    def _refresh(self) -> None:
        fresh = {"hall": dict(self._server.hall()), "matters": dict(self._server.matters())}
        if fresh == self._definition:
            return
        self._store.save_hall(fresh)
        with self._lock:
            self._definition = fresh
            self._version += 1
            self._push()

    def _learn_presence(self) -> None:
        try:
            fresh = self._server.presence()
        except Refused:  # a hall that gives no numbers to phones
            return
        with self._lock:
            if fresh != self._presence:
                self._presence = fresh
                self._push()

    def _for_phones(self) -> str | None:
        # On the first screen only, and not while the server could not give the numbers.
        shown = self._visit.stage is Stage.ATTRACT and self._online and self._presence
        return code_picture(shown[0]) if shown and self._clock() < shown[1] else None

    def _heard(self, online: bool) -> None:
        with self._lock:
            if self._online is not online:
                self._online = online
                self._push()

    def _push(self) -> None:
        self.show(self.state())

    def _begin(self, work: Callable[..., None], *given: Any) -> None:
        threading.Thread(target=work, args=given, daemon=True, name=f"kiosk {work.__name__}").start()
