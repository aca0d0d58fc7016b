"""Runs the demo: starts its processes, says when all are ready, stops all when one ends or Ctrl-C comes."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

READY = "tinghao ready"
"""What each process prints when it accepts connections."""

START_SECONDS = 60
STOP_SECONDS = 5
PROCESSES = {"workbench": "workbench", "server": "serve", "kiosk": "kiosk"}


def run(folder: Path, host: str, port: int) -> int:
    """Runs until Ctrl-C or SIGTERM (exit status 0) or until one of the processes dies (1)."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    children = {name: _start(command, folder / f"{name}.toml") for name, command in PROCESSES.items()}
    ready = {name: threading.Event() for name in children}
    for name, child in children.items():
        threading.Thread(target=_listen, args=(name, child, ready[name], over), daemon=True).start()
    try:
        if not _all_ready(ready, over):
            return 0 if _all_alive(children) else 1
        _welcome(host, port)
        over.wait()
        return 0 if _all_alive(children) else 1
    finally:
        _stop(children)


def _start(command: str, config: Path) -> "subprocess.Popen[str]":
    # A session of its own, so that Ctrl-C reaches only us and we stop the others in order.
    return subprocess.Popen(
        [sys.executable, "-m", "tinghao", command, "--config", str(config)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def _listen(name: str, child: "subprocess.Popen[str]", ready: threading.Event, over: threading.Event) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(READY):
            ready.set()
        else:
            print(f"[{name}] {line}", end="", flush=True)
    child.wait()
    if not over.is_set():
        print(f"tinghao: {name} has ended with status {child.returncode}; stopping the demo", file=sys.stderr)
    over.set()


def _all_ready(ready: dict[str, threading.Event], over: threading.Event) -> bool:
    for event in ready.values():
        for _ in range(START_SECONDS * 10):
            if event.wait(0.1) or over.is_set():
                break
    return all(event.is_set() for event in ready.values()) and not over.is_set()


def _all_alive(children: dict[str, "subprocess.Popen[str]"]) -> bool:
    return all(child.poll() is None for child in children.values())


def _welcome(host: str, port: int) -> None:
    lines = [
        "",
        f"听号已就绪 Tinghao is ready: http://{host}:{port}/",
        f"  取号机 kiosk       http://{host}:{port + 1}/",
        f"  设备台 workbench   http://{host}:{port + 2}/",
        "  按 Ctrl-C 停止 Ctrl-C stops everything",
        "",
    ]
    print("\n".join(lines), flush=True)


def _stop(children: dict[str, "subprocess.Popen[str]"]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
