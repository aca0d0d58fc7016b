"""Calls into C that wait (libusb, PC/SC) and know nothing of gevent.

Under gevent all threads are one: such a call would stop the whole station while it waits.  There it
runs on a native thread of gevent's pool; elsewhere it simply runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

T = TypeVar("T")


def waiting(call: Callable[..., T], *args: object) -> T:
    """The call's answer; what it raises is raised here."""
    if not is_module_patched("threading"):
        return call(*args)
    answer: T = get_hub().threadpool.apply(call, args)
    return answer
