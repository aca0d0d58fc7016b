"""Bar and QR code scanner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver, OnState

Suffix = Literal["cr", "lf", "crlf", "none"]


class Scanner(Driver):
    family = "scanner"

    def __init__(
        self,
        address: Address,
        on_code: Callable[[str], None],
        on_state: OnState | None = None,
        *,
        suffix: Suffix = "cr",
        gm65: bool = False,
    ) -> None:
        super().__init__(address, on_state)

    def _session(self) -> None:
        raise NotImplementedError
