"""The kinds of values in a hall definition, and the base of its rows: strict, so that a slip is told and never guessed away."""

import re
from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

MAX_WINDOW_NUMBER = 999

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZoneKind = Literal["unified", "department", "functional"]


def checked_text(value: str) -> str:
    if not value or value != value.strip() or re.search(r"[\x00-\x1f\x7f]", value):
        raise PydanticCustomError("text", "should be one line of text without spaces around it")
    return value


def checked_code(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value):
        wish = "should be small letters and digits joined by hyphens, as in qiye-kaiban"
        raise PydanticCustomError("code", wish)
    return value


def checked_prefix(value: str) -> str:
    if not re.fullmatch(r"[A-Z]", value):
        raise PydanticCustomError("prefix", "should be one letter from A to Z")
    return value


def checked_timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise PydanticCustomError("timezone", "should be a known time zone such as Asia/Shanghai") from error
    return value


TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def read_time(value: object) -> time:
    if not isinstance(value, str) or not TIME.fullmatch(value):
        raise PydanticCustomError("time", 'should be a time of day in quotes such as "08:30"')
    return time.fromisoformat(value)


Text = Annotated[str, AfterValidator(checked_text)]
Code = Annotated[str, AfterValidator(checked_code)]
Prefix = Annotated[str, AfterValidator(checked_prefix)]
Timezone = Annotated[str, AfterValidator(checked_timezone)]
TimeOfDay = Annotated[time, BeforeValidator(read_time)]
WindowNumber = Annotated[int, Field(ge=1, le=MAX_WINDOW_NUMBER)]

# TOML has lists, the models keep tuples: only this step is lax, what is inside stays strict.
Lax = Strict(False)
Texts = Annotated[tuple[Text, ...], Lax, Field(min_length=1)]
Codes = Annotated[tuple[Code, ...], Lax, Field(min_length=1)]
Prefixes = Annotated[tuple[Prefix, ...], Lax, Field(min_length=1)]
Days = Annotated[tuple[Day, ...], Lax, Field(min_length=1)]
WindowNumbers = Annotated[tuple[WindowNumber, ...], Lax]


class Row(BaseModel):
    """What all tables of a definition have in common: no unknown keys, no guessing of types, no changes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
