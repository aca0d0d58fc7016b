"""What a visitor does of his own accord."""

from tinghao.basics.problem import Problem
from tinghao.rehearsal.day import Moment
from tinghao.rehearsal.floor import Floor, Steps, Visit
from tinghao.rehearsal.visitors import Visitor
from tinghao.server.queueing.service import moving, serving, taking


def visits(floor: Floor, who: Visitor) -> Steps:
    """Takes a number, and leaves if he is not called before his patience ends; all else is up to the clerks."""
    yield floor.until(who.comes)
    booked = None if who.booked is None else floor.stage.instant(floor.day, who.booked)
    wanted = taking.Wanted(who.subject, age=who.age, statuses=who.statuses, booked_at=booked)
    try:
        ticket = floor.do(taking.issue, floor.stage.kiosk, wanted)
    except Problem as refusal:
        floor.refused[refusal.code] = floor.refused.get(refusal.code, 0) + 1
        return
    visit = floor.came(ticket["id"], who)
    if who.patience is None:
        return
    yield floor.clock.timeout(who.patience)
    if floor.was_called(ticket["id"]):
        return
    visit.gone = True
    if who.cancels:
        floor.do(moving.cancel_own, floor.stage.kiosk, ticket["id"])


def comes_back(floor: Floor, visit: Visit, ticket_id: int, after: Moment) -> Steps:
    """Missed his call, and asks at the desk some time later."""
    yield floor.clock.timeout(after)
    visit.back = True
    floor.do(serving.call_back, floor.stage.guide, ticket_id)


def has_the_papers(floor: Floor, ticket_id: int, after: Moment) -> Steps:
    """Was sent away in the midst of his service, and is back."""
    yield floor.clock.timeout(after)
    floor.do(serving.resume, floor.stage.guide, ticket_id)
