"""What a clerk presses, whatever pad it is pressed on."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    NEXT = "next"
    RECALL = "recall"
    ASK_RATING = "ask_rating"
    CANCEL = "cancel"
    ONE_METRE = "one_metre"
    PAUSE = "pause"
    TRANSFER = "transfer"
    ABANDON = "abandon"
    HANG_UP = "hang_up"
    CALL_BACK = "call_back"


KEY_TEXT = {
    Key.NEXT: "呼叫下一位",
    Key.RECALL: "重呼",
    Key.ASK_RATING: "请求评价",
    Key.CANCEL: "取消",
    Key.ONE_METRE: "一米线",
    Key.PAUSE: "暂停",
    Key.TRANSFER: "转移",
    Key.ABANDON: "弃号",
    Key.HANG_UP: "挂起",
    Key.CALL_BACK: "回呼",
}

LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""The five levels of GB/T 39735."""
