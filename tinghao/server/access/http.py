"""Turns an HTTP request into a caller and a wish."""

import hmac
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask import Response, current_app, g, jsonify, request

from tinghao.basics.problem import Problem
from tinghao.server.access.callers import Caller, Forbidden, NotKnown
from tinghao.server.store.wishes import Wish

P = ParamSpec("P")
R = TypeVar("R")

Resolver = Callable[[str], Caller | None]
"""Finds the caller behind a token, or nobody."""

RESOLVERS = "tinghao.resolvers"
LONGEST_KEY = 100


class KeyMissing(Problem):
    code: ClassVar[str] = "idempotency-key-missing"
    status: ClassVar[int] = 400
    detail: ClassVar[str] = "请求缺少 Idempotency-Key(1 至 100 个字符)。"
    detail_en: ClassVar[str] = "The request needs an Idempotency-Key header of 1 to 100 characters."


def resolve(app: Any, token: str) -> Caller | None:
    """The caller behind `token`, by the token's prefix."""
    prefix = token.partition("_")[0]
    resolver: Resolver | None = app.extensions[RESOLVERS].get(prefix)
    return resolver(token) if resolver else None


def allow(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Lets only these roles call a view; `caller()` then tells who it is."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            found = resolve(current_app, token.strip()) if scheme.lower() == "bearer" else None
            if found is None:
                raise NotKnown
            if found.role not in roles:
                raise Forbidden
            g.caller = found
            return view(*args, **kwargs)

        return checked

    return decorate


def caller() -> Caller:
    """Who sent the request that is being answered."""
    found: Caller = g.caller
    return found


def wish() -> Wish:
    """The request as a wish with the key its sender gave it."""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise KeyMissing
    content = f"{request.method} {request.path}\n".encode() + request.get_data()
    # Keyed, because the content may hold an ID number, and those are few enough to be guessed from a bare hash.
    fingerprint = hmac.digest(current_app.config["SECRET_KEY"].encode(), content, "sha256").hex()
    return Wish(caller().actor, key, fingerprint)


def answer(content: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer that is already of its declared shape."""
    response = jsonify(content)
    response.status_code = status
    return response
