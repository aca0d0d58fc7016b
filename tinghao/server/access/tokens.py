"""Secrets of stations and sessions: given once, kept only as a digest."""

import hashlib
import secrets


def new_token(prefix: str) -> str:
    """A new secret of 192 bits behind a prefix that tells its kind."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def digest_of(token: str) -> str:
    """What the database keeps of a token. It has enough randomness of its own to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
