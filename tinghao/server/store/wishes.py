"""Every wish may be sent twice: the second has the first one's answer and no effect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import bindparam, delete, insert, select

from tinghao.basics.problem import Problem
from tinghao.server.store.database import Store
from tinghao.server.store.prepared import Prepared
from tinghao.server.store.problems import DatabaseUnreachable
from tinghao.server.store.tables import WishRow
from tinghao.server.store.work import Work

KEPT_FOR = timedelta(days=2)

Answer = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What somebody asks of a hall: `key` is his own name for it, `fingerprint` stands for its content."""

    actor: str
    key: str
    fingerprint: str
    hall: int | None = None


class KeyReused(Problem):
    code: ClassVar[str] = "idempotency-key-reused"
    status: ClassVar[int] = 422
    detail: ClassVar[str] = "该请求标识已用于另一项操作，请重新操作。"
    detail_en: ClassVar[str] = "This Idempotency-Key was used for another wish. Please try again."


class _RefusedBefore(Problem):
    """The refusal that this wish got the first time."""

    def __init__(self, problem: Answer) -> None:
        self._problem = problem
        super().__init__()

    def as_json(self) -> dict[str, object]:
        return self._problem


_KNOWN = Prepared(
    select(WishRow.fingerprint, WishRow.answer).where(
        WishRow.actor == bindparam("wish_actor"), WishRow.key == bindparam("wish_key")
    )
)
_INSERT = Prepared(insert(WishRow))
_REFUSED = "refused"


def once(store: Store, wish: Wish, now: datetime, act: Callable[[Work], Answer]) -> Answer:
    """Fulfils a wish in one transaction, or gives the answer it had before; a refusal is an answer too."""

    def fulfil(work: Work) -> Answer:
        before = _answered(work, wish)
        if before is not None:
            return before
        answer = act(work)
        _keep(work, wish, now, answer)
        return answer

    try:
        answer = store.write(fulfil, wish.hall)
    except (KeyReused, DatabaseUnreachable):
        raise
    except Problem as problem:
        refusal = {_REFUSED: problem.as_json()}
        answer = store.write(lambda work: _keep_if_new(work, wish, now, refusal), wish.hall)
        if answer is refusal:
            raise
    if _REFUSED in answer:
        raise _RefusedBefore(answer[_REFUSED])
    return answer


def forget_old(store: Store, now: datetime) -> None:
    """Deletes the wishes that nobody can still be repeating."""
    store.write(lambda work: work.connection.execute(delete(WishRow).where(WishRow.at < now - KEPT_FOR)))


def _answered(work: Work, wish: Wish) -> Answer | None:
    row = _KNOWN.first(work.connection, {"wish_actor": wish.actor, "wish_key": wish.key})
    if row is None:
        return None
    if row.fingerprint != wish.fingerprint:
        raise KeyReused
    answer: Answer = row.answer
    return answer


def _keep_if_new(work: Work, wish: Wish, now: datetime, answer: Answer) -> Answer:
    before = _answered(work, wish)
    if before is not None:
        return before
    _keep(work, wish, now, answer)
    return answer


def _keep(work: Work, wish: Wish, now: datetime, answer: Answer) -> None:
    row = {"actor": wish.actor, "key": wish.key, "fingerprint": wish.fingerprint, "answer": answer, "at": now}
    _INSERT.run(work.connection, row)
