"""Who asks: the caller behind a token, and what each kind of caller may do."""

from tinghao.server.access.callers import STAFF, STATIONS, Caller, Forbidden, NotKnown
from tinghao.server.access.tokens import digest_of, new_token

__all__ = ["STAFF", "STATIONS", "Caller", "Forbidden", "NotKnown", "digest_of", "new_token"]
