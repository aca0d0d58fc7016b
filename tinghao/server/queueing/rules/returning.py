"""Whether a missed visitor may come back, and where he stands then."""

from datetime import datetime, timedelta

JUST_AFTER = timedelta(milliseconds=1)
"""The record tells instants to the millisecond."""


def is_too_late(missed_at: datetime, now: datetime, within_minutes: int) -> bool:
    """Whether somebody missed then may not come back any more; with 0 minutes he always may."""
    return within_minutes > 0 and now - missed_at > timedelta(minutes=within_minutes)


def behind(kth_since: datetime | None, now: datetime, own_since: datetime | None = None) -> datetime:
    """From when his waiting counts, so that he stands right behind the k-th of his class in the line; never later than now.

    `kth_since` is that one's `since`, None when fewer wait: then he stands behind them all. With `own_since` he never wins by it:
    who has waited for less time than the k-th keeps his own.
    """
    since = now if kth_since is None else min(kth_since + JUST_AFTER, now)
    return since if own_since is None else max(since, min(own_since, now))
