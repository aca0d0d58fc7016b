"""What the disk and bare sockets can do: the floors that no server gets below."""

import multiprocessing
import selectors
import socket
import sqlite3
import time
from multiprocessing.connection import Connection
from pathlib import Path

ROW = ("A001", "waiting", "fagai-touzi-beian", "2026-01-05 01:02:03.456789")
MESSAGE = b"x" * 600
"""About as long as a call's message to a board."""


def durable_inserts(folder: Path, count: int) -> float:
    """Rows a second: sqlite3, WAL, synchronous=FULL, one row a transaction."""
    file = folder / "floor.db"
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, a, b, c, d)")
        began = time.monotonic()
        for _ in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO floor (a, b, c, d) VALUES (?, ?, ?, ?)", ROW)
            connection.execute("COMMIT")
        return count / (time.monotonic() - began)
    finally:
        connection.close()
        for name in folder.glob("floor.db*"):
            name.unlink()


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
