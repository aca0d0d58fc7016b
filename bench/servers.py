"""PostgreSQL and Redis of our own: servers in temporary folders, started for tests and measurements and removed in the end.

The machine's own ones are never touched. One that is missing is a failure: `tools/ensure-postgres`, `tools/ensure-redis`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import redis

from bench.house import free_port
from tinghao.server.store import DatabaseAddress

START_SECONDS = 30
OURS = {"max_connections": "200", "listen_addresses": "127.0.0.1"}
# What is not about a power cut need not wait for a disk.
QUICK = {**OURS, "fsync": "off", "full_page_writes": "off"}
DURABLE = {**OURS, "fsync": "on", "synchronous_commit": "on", "max_wal_size": "8GB"}
"""For measurements. Old tickets are written in bulk: with less room for the log it would be written again and again."""

NEEDED_BYTES = 2 << 30
HARMLESS_USERS = ("postgres", "nobody")


class PostgresServer:
    """A PostgreSQL server that can be stopped, killed and started again.

    Its files lie in `folder`; without one it is quick and forgets all in a power cut.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._programs = _postgresql_programs()
        self._user = _harmless_user()
        self._settings = DURABLE if folder else QUICK
        self._folder = Path(tempfile.mkdtemp(prefix="tinghao-pg-", dir=folder or _quick_folder()))
        if self._user:
            shutil.chown(self._folder, self._user)
        self.port = free_port()
        self._made = 0
        self._run(
            "initdb",
            "--no-sync",
            "--pgdata=.",
            "--username=tinghao",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
        )
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        settings = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        options = f"{settings} -p {self.port} -k {self._folder}"
        self._run("pg_ctl", "start", "--pgdata=.", "--wait", "--log=log", "--options", options)

    def stop(self) -> None:
        """Ends it at once, as a crash would."""
        self._run("pg_ctl", "stop", "--pgdata=.", "--mode=immediate", "--wait")

    def answers(self) -> bool:
        """Whether it is there."""
        return (self._folder / "postmaster.pid").exists()

    def remove(self) -> None:
        """Ends it for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def create(self, template: DatabaseAddress | None = None) -> DatabaseAddress:
        """A database of its own, empty or a copy; nobody may be connected to the one that is copied."""
        self._made += 1
        name = f"d{self._made}"
        like = template.url.database if template else "template0"
        self._say(f'CREATE DATABASE {name} TEMPLATE "{like}"')
        return DatabaseAddress.of(f"postgresql://tinghao@127.0.0.1:{self.port}/{name}")

    def drop(self, database: DatabaseAddress) -> None:
        """Removes a database, whoever is connected to it."""
        self._say(f"DROP DATABASE {database.url.database} WITH (FORCE)")

    def cut(self, database: DatabaseAddress) -> None:
        """Ends all connections to a database; returns when they are gone."""
        self._say(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database.url.database}'"
        )

    def dump(self, database: DatabaseAddress) -> bytes:
        """All that stands in a database."""
        name = str(database.url.database)
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "tinghao", name)
        return subprocess.run([self._programs / "pg_dump", *where], check=True, capture_output=True).stdout

    def _say(self, statement: str) -> None:
        where = f"host=127.0.0.1 port={self.port} user=tinghao dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        # Not a pipe: the server would hold it open.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [self._programs / program, *arguments],
                user=self._user,
                group=pwd.getpwnam(self._user).pw_gid if self._user else None,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{program} failed: {said.read().decode()}")


class RedisServer:
    """A Redis server that can be killed, held and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("Redis is missing: tools/ensure-redis")
        self._process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
        )
        client, until = redis.Redis.from_url(self.url), time.monotonic() + START_SECONDS
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def stop(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()

    def hold(self) -> None:
        """Lets it accept connections and answer nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Ends `hold()`."""
        self._process.send_signal(signal.SIGCONT)


def _postgresql_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise RuntimeError("PostgreSQL is missing: tools/ensure-postgres")
    return Path(on_path).resolve().parent if on_path else found[-1].parent


def _quick_folder() -> Path | None:
    """Where files are made in no time: a database for each test is a thousand files."""
    memory = Path("/dev/shm")
    there = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > NEEDED_BYTES
    return memory if there else None


def _harmless_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in HARMLESS_USERS if name in known)
