"""HTTP face of the queue: checks shapes and callers, hands wishes to the service."""

from tinghao.server.queueing.api import looking, phones, printing, tickets, windows
from tinghao.server.queueing.api.asking import blueprint

__all__ = ["blueprint", "looking", "phones", "printing", "tickets", "windows"]
