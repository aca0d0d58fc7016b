"""HTTP face of the queue: checks shapes and callers, hands wishes to the service."""

from tinghao.server.queueing.api import looking, printing, tickets, windows
from tinghao.server.queueing.api.asking import blueprint

__all__ = ["blueprint", "looking", "printing", "tickets", "windows"]
