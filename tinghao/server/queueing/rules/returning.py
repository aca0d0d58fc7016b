"""Where a missed visitor stands who has come back."""

from datetime import datetime, timedelta

JUST_AFTER = timedelta(milliseconds=1)
"""The record tells instants to the millisecond."""


def behind(kth_since: datetime | None, now: datetime, own_since: datetime | None = None) -> datetime:
    """From when his waiting counts, so that he stands right behind the k-th of his class in the line; never later than now.

    `kth_since` is that one's `since`, None when fewer wait: then he stands behind them all. With `own_since` he never wins by it:
    who has waited for less time than the k-th keeps his own.
    """
    since = now if kth_since is None else min(kth_since + JUST_AFTER, now)
    return since if own_since is None else max(since, min(own_since, now))
