"""The server's public Python client, for stations. It knows the API and nothing behind it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import requests

Json = dict[str, Any]

CONNECT_SECONDS = 3
ANSWER_SECONDS = 8


class Unreachable(Exception):
    """The server did not answer; whether it heard the wish is not known. Send it again with the same key."""


class Refused(Exception):
    """The server answered no: `code` is stable, `detail` (Chinese) and `detail_en` are for people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.detail = str(problem.get("detail", ""))
        self.detail_en = str(problem.get("detail_en", ""))
        self.problem = problem
        """All that the server said; some refusals carry more than a sentence."""
        super().__init__(f"{status} {self.code}: {self.detail_en}")


class ServerClient:
    """One station's or clerk's way to the server. Every call raises `Unreachable` or `Refused`.

    `address` is the server's root, such as `http://10.0.0.2:8000`; `token` the station's or the session's.
    Wishes take a `key` that makes sending them twice harmless; without one they get a key of their own.
    """

    def __init__(self, address: str, token: str) -> None:
        self._root = address.rstrip("/") + "/api/v1"
        self._session = requests.Session()
        # A proxy or .netrc of the machine must not come between a station and its server.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    # Stations

    def hall(self) -> Json:
        """The hall with its zones, lines and windows."""
        return self._ask("GET", "/hall")

    def matters(self) -> Json:
        """Departments, themes and matters with their guides."""
        return self._ask("GET", "/matters")

    def snapshot(self) -> Json:
        """The hall as it stands, as of an event number."""
        return self._ask("GET", "/snapshot")

    def events(self, after: int) -> list[Json]:
        """The hall's events after a number, oldest first (at most 500)."""
        found: list[Json] = self._ask("GET", f"/events?after={after}")["events"]
        return found

    def issue(self, matter: str, identity: Mapping[str, Any] | None = None, key: str | None = None) -> Json:
        """Takes a number for a matter or theme; `identity` is `{source, number, name?}`."""
        wanted = {"matter": matter, **({"identity": dict(identity)} if identity else {})}
        return self._ask("POST", "/tickets", wanted, key)

    def report_print(self, ticket_id: int, outcome: str, reason: str | None = None) -> Json:
        """Tells what became of a ticket's paper: `printed`, `failed` or `unknown`."""
        return self._ask("POST", f"/tickets/{ticket_id}/prints", {"outcome": outcome, "reason": reason})

    def reprint(self, ticket_id: int, station: int | None = None) -> Json:
        """Has a ticket printed again, at a station or where it was issued; a kiosk orders it for itself."""
        return self._ask("POST", f"/tickets/{ticket_id}/reprint", {"station": station})

    def presence(self) -> Json:
        """What to show for phones in the hall: `{code, url, ends}`."""
        return self._ask("GET", "/presence")

    def print_orders(self) -> list[Json]:
        """What this station shall print now: `{id, ticket}`, oldest first."""
        found: list[Json] = self._ask("GET", "/stations/prints")["orders"]
        return found

    def end_print_order(self, order_id: int, outcome: str, reason: str | None = None) -> Json:
        """Tells what became of an ordered paper: `printed`, `failed` or `unknown`."""
        return self._ask("POST", f"/stations/prints/{order_id}", {"outcome": outcome, "reason": reason})

    def ticket_by_slug(self, slug: str) -> Json:
        """How things stand for a ticket whose paper somebody holds."""
        return self._ask("GET", f"/tickets/by-slug/{slug}")

    def heartbeat(self, devices: Sequence[Mapping[str, Any]]) -> None:
        """Tells that the station is there and how its devices are."""
        self._ask("POST", "/stations/heartbeat", {"devices": [dict(device) for device in devices]})

    # Clerks

    def log_in(self, username: str, password: str) -> Json:
        """Opens a clerk's session; its token is in the answer."""
        return self._ask("POST", "/sessions", {"username": username, "password": password})

    def log_out(self) -> None:
        """Ends the session of this client's token."""
        self._ask("DELETE", "/sessions/current")

    def open_window(self, window_id: int) -> Json:
        """Begins the clerk's shift at a window."""
        return self._ask("POST", f"/windows/{window_id}/shift")

    def close_window(self, window_id: int) -> None:
        """Ends the clerk's shift at a window."""
        self._ask("DELETE", f"/windows/{window_id}/shift")

    def call_next(self, window_id: int, key: str | None = None) -> Json:
        """Calls the next visitor; `Refused` with code `nobody-waiting` when there is none."""
        return self._ask("POST", f"/windows/{window_id}/next", key=key)

    def recall(self, ticket_id: int) -> Json:
        """Calls a called visitor once more."""
        return self._ask("POST", f"/tickets/{ticket_id}/recall")

    def start(self, ticket_id: int) -> Json:
        """Begins the service of a called visitor."""
        return self._ask("POST", f"/tickets/{ticket_id}/start")

    def finish(self, ticket_id: int) -> Json:
        """Ends a service."""
        return self._ask("POST", f"/tickets/{ticket_id}/finish")

    def no_show(self, ticket_id: int) -> Json:
        """Marks a called visitor as not come."""
        return self._ask("POST", f"/tickets/{ticket_id}/no-show")

    def _ask(self, method: str, path: str, body: Json | None = None, key: str | None = None) -> Json:
        headers = {} if method == "GET" else {"Idempotency-Key": key or str(uuid.uuid4())}
        try:
            answer = self._session.request(
                method,
                self._root + path,
                json=body,
                headers=headers,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            )
            content = answer.json() if answer.content else {}
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(str(error)) from error
        if not answer.ok:
            raise Refused(answer.status_code, content)
        found: Json = content
        return found
