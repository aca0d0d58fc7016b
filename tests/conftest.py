"""What all tests share: none fails because the machine was busy for a moment."""

from hypothesis import settings

from tests.databases import postgres, redis_server

__all__ = ["postgres", "redis_server"]

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
