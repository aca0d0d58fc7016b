"""What the disk and bare sockets can do: the floors that no server gets below."""

import multiprocessing
import selectors
import socket
import sqlite3
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg

from tinghao.server.store import DatabaseAddress

ROW = ("A001", "waiting", "fagai-touzi-beian", "2026-01-05 01:02:03.456789")
MESSAGE = b"x" * 600
"""About as long as a call's message to a board."""


def durable_inserts(database: DatabaseAddress, count: int) -> float:
    """Rows a second that the driver alone writes on the database's disk: one row a transaction, one connection."""
    return _into_postgresql(database, count) if database.is_postgresql else _into_sqlite(database.file, count)


def _into_sqlite(beside: Path, count: int) -> float:
    """WAL, synchronous=FULL."""
    file = beside.with_name("floor.db")
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE floor (id INTEGER PRIMARY KEY, a, b, c, d)")
        began = time.monotonic()
        for _ in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO floor (a, b, c, d) VALUES (?, ?, ?, ?)", ROW)
            connection.execute("COMMIT")
        return count / (time.monotonic() - began)
    finally:
        connection.close()
        for name in file.parent.glob("floor.db*"):
            name.unlink()


def _into_postgresql(database: DatabaseAddress, count: int) -> float:
    where = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE floor (id bigserial PRIMARY KEY, a text, b text, c text, d timestamp)"
        )
        try:
            began = time.monotonic()
            for _ in range(count):
                connection.execute("INSERT INTO floor (a, b, c, d) VALUES (%s, %s, %s, %s)", ROW)
            return count / (time.monotonic() - began)
        finally:
            connection.execute("DROP TABLE floor")


def bare_sockets(count: int, messages: int) -> list[float]:
    """Seconds from the first send to the last of `count` bare sockets in another process, for each message."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_receive_all, args=(theirs, count), daemon=True)
    process.start()
    theirs.close()
    sockets: list[socket.socket] = []
    try:
        port = pipe.recv()
        for _ in range(count):
            sockets.append(socket.create_connection(("127.0.0.1", port)))
            sockets[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        took = []
        for _ in range(messages):
            began = time.monotonic()
            for each in sockets:
                each.sendall(MESSAGE)
            took.append(pipe.recv() - began)
        return took
    finally:
        for each in sockets:
            each.close()
        process.terminate()
        process.join()


def _receive_all(pipe: Connection, count: int) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    pipe.send(listener.getsockname()[1])
    selector = selectors.DefaultSelector()
    for _ in range(count):
        selector.register(listener.accept()[0], selectors.EVENT_READ)
    left = count * len(MESSAGE)
    while True:
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            piece = key.fileobj.recv(65536)
            if not piece:
                return
            left -= len(piece)
        if left == 0:
            pipe.send(time.monotonic())
            left = count * len(MESSAGE)
