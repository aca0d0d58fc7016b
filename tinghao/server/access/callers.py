"""The caller of a request and the refusals that concern him."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self, get_args

from tinghao.basics.problem import Problem

StationKind = Literal["kiosk", "board", "window_screen", "counter", "desk"]
StaffRole = Literal["clerk", "guide", "manager"]
"""窗口人员, 导办, 管理人员"""

STATIONS: tuple[str, ...] = get_args(StationKind)
STAFF: tuple[str, ...] = get_args(StaffRole)


@dataclass(frozen=True)
class Caller:
    """A station, or a member of staff at a station; what he is able to do is in `skills`."""

    hall_id: int
    station_id: int
    station_kind: StationKind | Literal["server", "phone"]
    staff_id: int | None = None
    session_id: int | None = None
    name: str = ""
    staff_role: StaffRole = "clerk"
    skills: tuple[str, ...] = ()

    @classmethod
    def server(cls, hall_id: int) -> Self:
        """The server itself, which does what time brings."""
        return cls(hall_id, 0, "server")

    @property
    def is_staff(self) -> bool:
        return self.staff_id is not None

    @property
    def role(self) -> str:
        """The one word that says what he may do."""
        return self.staff_role if self.is_staff else self.station_kind

    @property
    def actor(self) -> str:
        """Who did it, as events and wishes record it."""
        if self.is_staff:
            return f"staff:{self.staff_id}"
        return "server" if self.station_kind == "server" else f"station:{self.station_id}"


class NotKnown(Problem):
    code: ClassVar[str] = "not-known"
    status: ClassVar[int] = 401
    detail: ClassVar[str] = "登录已失效或终端未授权，请重新登录或联系管理员。"
    detail_en: ClassVar[str] = (
        "The token is missing, expired or revoked. Please log in again or ask the administrator."
    )


class Forbidden(Problem):
    code: ClassVar[str] = "forbidden"
    status: ClassVar[int] = 403
    detail: ClassVar[str] = "此终端或账号无权进行该操作。"
    detail_en: ClassVar[str] = "This station or account may not do that."
