"""What `make run` starts: it says when it is ready, two live side by side, and nothing stays behind."""

import contextlib
import os
import signal
import socket
from pathlib import Path

import pytest
import requests

from tests.journeys.conftest import PORTS, free_ports, start_demo


def listening(first: int) -> int:
    """How many of the demo's ports answer."""
    count = 0
    for n in range(PORTS):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", first + n), timeout=1):
            count += 1
    return count


@pytest.mark.timeout(180)
def test_two_demos_run_side_by_side_and_stop_with_ctrl_c(tmp_path: Path) -> None:
    ports = [free_ports()]
    one = start_demo(tmp_path / "one", ports[0])
    one.until("ready")
    ports.append(free_ports())
    two = start_demo(tmp_path / "two", ports[1])
    said = "".join(two.until("Ctrl-C"))
    for n in range(3):
        assert f"http://127.0.0.1:{ports[1] + n}/" in said
    for port in ports:
        assert "演示账号" in requests.get(f"http://127.0.0.1:{port}/", timeout=5).text
        assert listening(port) == PORTS
    assert one.stop() == 0
    assert listening(ports[0]) == 0
    assert listening(ports[1]) == PORTS
    assert two.stop() == 0
    assert listening(ports[1]) == 0


@pytest.mark.timeout(120)
def test_a_taken_port_is_said_and_nothing_stays_behind(tmp_path: Path) -> None:
    port = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        demo = start_demo(tmp_path, port)
        said = demo.until("stopping the demo")
        assert demo.process.wait(20) == 1
    assert any(f"cannot listen on 127.0.0.1:{port}" in line for line in said)
    assert listening(port + 1) == 0


@pytest.mark.timeout(120)
def test_when_one_process_dies_the_demo_says_so_and_ends(tmp_path: Path) -> None:
    port = free_ports()
    demo = start_demo(tmp_path, port)
    demo.until("ready")
    server = (Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children")).read_text().split()[1]
    os.kill(int(server), signal.SIGKILL)
    demo.until("server has ended")
    assert demo.process.wait(20) == 1
    assert listening(port) == 0
