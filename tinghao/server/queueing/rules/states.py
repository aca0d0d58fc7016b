"""Which change of a ticket's state is allowed, and how numbers look."""

from typing import ClassVar, Literal

from tinghao.basics.problem import Problem

State = Literal["waiting", "called", "serving", "held", "no_show", "finished", "cancelled", "expired"]
Verb = Literal[
    "call",
    "recall",
    "start",
    "finish",
    "give_back",
    "no_show",
    "undo",
    "hold",
    "resume",
    "call_back",
    "transfer",
    "change_matter",
    "prioritise",
    "cancel",
    "expire",
]

TRANSITIONS: dict[tuple[State, Verb], State] = {
    ("waiting", "call"): "called",
    ("waiting", "hold"): "held",
    ("waiting", "transfer"): "waiting",
    ("waiting", "change_matter"): "waiting",
    ("waiting", "prioritise"): "waiting",
    ("waiting", "cancel"): "cancelled",
    ("waiting", "expire"): "expired",
    ("called", "recall"): "called",
    ("called", "start"): "serving",
    ("called", "no_show"): "no_show",
    ("called", "undo"): "waiting",
    ("called", "hold"): "held",
    ("called", "transfer"): "waiting",
    ("called", "change_matter"): "called",
    ("called", "cancel"): "cancelled",
    ("called", "expire"): "expired",
    ("serving", "finish"): "finished",
    ("serving", "give_back"): "waiting",
    ("serving", "hold"): "held",
    ("serving", "transfer"): "waiting",
    ("serving", "change_matter"): "serving",
    ("serving", "expire"): "expired",
    ("held", "call"): "called",
    ("held", "resume"): "waiting",
    ("held", "transfer"): "waiting",
    ("held", "change_matter"): "held",
    ("held", "prioritise"): "held",
    ("held", "cancel"): "cancelled",
    ("held", "expire"): "expired",
    ("no_show", "call"): "called",
    ("no_show", "call_back"): "waiting",
    ("no_show", "prioritise"): "no_show",
    ("no_show", "cancel"): "cancelled",
    ("no_show", "expire"): "expired",
}
"""The one table of changes; what is not in it is refused. An undone call goes back to where the ticket was called from."""

AT_WINDOW: frozenset[State] = frozenset({"called", "serving"})
UNFINISHED: frozenset[State] = frozenset({"waiting", "called", "serving", "held", "no_show"})

STATE_WORDS: dict[State, tuple[str, str]] = {
    "waiting": ("等候中", "waiting"),
    "called": ("已叫号", "called"),
    "serving": ("办理中", "being served"),
    "held": ("已暂挂", "on hold"),
    "no_show": ("已过号", "missed"),
    "finished": ("已办结", "finished"),
    "cancelled": ("已取消", "cancelled"),
    "expired": ("已作废", "void"),
}
VERB_WORDS: dict[Verb, tuple[str, str]] = {
    "call": ("叫号", "called"),
    "recall": ("重呼", "called again"),
    "start": ("开始办理", "started"),
    "finish": ("办结", "finished"),
    "give_back": ("交回", "given back"),
    "no_show": ("过号", "marked as missed"),
    "undo": ("撤回叫号", "taken back"),
    "hold": ("暂挂", "put on hold"),
    "resume": ("恢复等候", "resumed"),
    "call_back": ("重新排队", "called back"),
    "transfer": ("转办", "transferred"),
    "change_matter": ("变更事项", "given another matter"),
    "prioritise": ("调整优先级", "given another priority"),
    "cancel": ("取消", "cancelled"),
    "expire": ("作废", "voided"),
}

NUMBER_WIDTH = 3


class WrongState(Problem):
    code: ClassVar[str] = "wrong-state"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} 当前{state}，不能{verb}。"
    detail_en: ClassVar[str] = "Ticket {number} is {state_en} and cannot be {verb_en}."


def change(number: str, state: State, verb: Verb) -> State:
    """The state after `verb`; raises `WrongState` when the table of transitions does not know it."""
    after = TRANSITIONS.get((state, verb))
    if after is None:
        word, word_en = STATE_WORDS[state]
        doing, doing_en = VERB_WORDS[verb]
        raise WrongState(number=number, state=word, state_en=word_en, verb=doing, verb_en=doing_en)
    return after


def is_elsewhere(place: str | None, hall_name: str) -> bool:
    """Whether a matter is done at another place than this hall; some definitions name the hall itself as the place."""
    return place is not None and place not in hall_name


def label(prefix: str, number: int) -> str:
    """A ticket's number as people see it: `A012`; it grows beyond 999."""
    return f"{prefix}{number:0{NUMBER_WIDTH}d}"
