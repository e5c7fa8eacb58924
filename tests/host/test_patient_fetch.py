# SPDX-License-Identifier: Apache-2.0
"""Downloads that let a box's other tasks run while the server thinks: slow, silent, absent, cut off."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ringwarden.update.errors import FetchError
from ringwarden.update.patient import PatientFetcher

BODY = bytes(range(256)) * 40
Serve = Callable[[Callable[[socket.socket], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that treats each connection by a function; its address."""
    listeners = []

    def start(treat: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def loop() -> None:
            while True:
                try:
                    link, _ = listener.accept()
                except OSError:
                    return
                with link:
                    link.recv(4096)
                    treat(link)

        threading.Thread(target=loop, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


def head(length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length


def fetch(url: str, turns: list[float], timeout: int = 2) -> bytes:
    stream = PatientFetcher(url, lambda: turns.append(time.monotonic()), timeout, pause=0.01).open("metadata/x")
    try:
        return b"".join(iter(lambda: stream.read(1000), b""))
    finally:
        stream.close()


def test_a_slow_server_costs_nobody_a_turn(serve: Serve) -> None:
    def slow(link: socket.socket) -> None:
        for piece in (head(len(BODY)), BODY[:5000], BODY[5000:]):
            time.sleep(0.6)
            link.sendall(piece)

    turns: list[float] = []
    began = time.monotonic()
    assert fetch(serve(slow), turns) == BODY
    assert time.monotonic() - began >= 1.7
    longest = max(later - earlier for earlier, later in zip(turns, turns[1:], strict=False))
    assert len(turns) > 30 and longest < 0.4


def test_a_silent_server_is_given_up(serve: Serve) -> None:
    turns: list[float] = []
    with pytest.raises(FetchError, match="gave no answer within 1 s"):
        fetch(serve(lambda link: time.sleep(3)), turns, timeout=1)
    assert len(turns) > 100


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(FetchError):
        fetch(f"http://127.0.0.1:{port}", [])


def test_a_file_that_breaks_off_is_an_error_not_a_short_file(serve: Serve) -> None:
    def cut(link: socket.socket) -> None:
        link.sendall(head(len(BODY)) + BODY[:700])

    with pytest.raises(FetchError):
        fetch(serve(cut), [])
