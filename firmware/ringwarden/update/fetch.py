# SPDX-License-Identifier: Apache-2.0
"""Where files come from: a web server over HTTP/1.1, or a folder. Nothing here is trusted; TUF checks what arrives.

HTTP is spoken over plain sockets. https works where the interpreter has `ssl`, because many servers offer nothing else.
Certificates are not looked at: all that arrives is signed, and a box would have to be told twice whom to trust.
"""

import socket
import time

from ringwarden.update.errors import FetchError, NotFound

_ENOENT = 2
# Bytes that may stand around a body, and pieces in which they may come: the pace is measured on bodies alone.
_HEAD = (8192, 64)
_CHUNK_SIZE = (128, 16)
_CHUNK_END = (16, 16)
_PORTS = {False: 80, True: 443}  # by whether it is https
_REDIRECTS = 3
_MISSING = (403, 404, 410)  # some stores answer 403 for what is not there
_RECEIVE = 1024
_TRIES = 2


class FolderFetcher:
    """A repository's files in a folder: `metadata/` and `targets/` below it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def open(self, path: str):
        """A binary file; paths are those that `Updater` asks for."""
        try:
            return open(self._folder + "/" + path, "rb")
        except OSError as error:
            if error.errno == _ENOENT:
                raise NotFound("{} is not in {}".format(path, self._folder))
            raise FetchError("{} cannot be read ({})".format(path, error))


class HttpFetcher:
    """A repository below `url`: `<url>/metadata/…` and `<url>/targets/…`, or those two addresses given apart.

    `timeout` is how many seconds the server may stay silent, `pause` how many a box rests after a connection that
    brought nothing.
    """

    def __init__(
        self, url: str = "", metadata_url: str = "", targets_url: str = "", timeout: int = 10, pause: float = 1
    ) -> None:
        base = url.rstrip("/")
        self._bases = {
            "metadata": (metadata_url or base + "/metadata").rstrip("/"),
            "targets": (targets_url or base + "/targets").rstrip("/"),
        }
        self._timeout = timeout
        self._pause = pause

    def open(self, path: str):
        """The body of the answer, as a stream that goes on where it broke off. Raises `NotFound` and `FetchError`."""
        where, _, file = path.partition("/")
        return Download(self, self._bases[where] + "/" + file)

    def ask(self, url: str, offset: int = 0, tag: str = "") -> "Answer":
        """The answer about `url`, its body's next byte the one at `offset`; `tag` is the server's name for the file."""
        for _ in range(_REDIRECTS + 1):
            secure, host, port, resource = split_url(url)
            answer = Answer(_connect(secure, host, port, self.link), url)
            try:
                name = host if port == _PORTS[secure] else "{}:{}".format(host, port)
                status = answer.ask(name, resource, offset, tag)
            except OSError as error:
                answer.close()
                raise FetchError("{} gave no answer within {} s ({})".format(url, self._timeout, error))
            except FetchError:
                answer.close()
                raise
            if (status == 206 and answer.begins_at(offset)) if offset else status == 200:
                return answer
            answer.close()
            if status in (200, 206, 416):
                raise FetchError("{} broke off, and its server does not send the rest".format(url))
            if status in _MISSING:
                raise NotFound("{} is not there (status {})".format(url, status))
            location = answer.headers.get("location", "")
            if status not in (301, 302, 303, 307, 308) or not location:
                raise FetchError("{} was answered with status {}".format(url, status))
            if "://" not in location:
                location = "{}://{}:{}/{}".format("https" if secure else "http", host, port, location.lstrip("/"))
            url = location
        raise FetchError("{} is sent on from place to place".format(url))

    def link(self, family: int, kind: int, protocol: int, address):
        """A connected socket."""
        link = socket.socket(family, kind, protocol)
        try:
            link.settimeout(self._timeout)
            link.connect(address)
        except OSError:
            link.close()
            raise
        return link

    def rest(self, tries: int) -> None:
        """Wait before a connection is tried again that has brought nothing `tries` times."""
        time.sleep(self._pause * tries)


class Download:
    """A file as a stream over as many connections as it takes.

    A connection that breaks off is followed by one that asks for the rest (RFC 9110, section 14). How long that may go
    on is for `Limits` to say; it ends when the first one, or `_TRIES` later ones in a row, brought nothing.
    """

    def __init__(self, fetcher: HttpFetcher, url: str) -> None:
        self._fetcher = fetcher
        self._url = url
        self._answer: "Answer | None" = fetcher.ask(url)
        tag = self._answer.headers.get("etag", "")
        self._tag = tag if tag.startswith('"') else ""  # a weak one says nothing about bytes
        self._at = 0
        self._tries = 0

    def read(self, most: int) -> bytes:
        """Up to `most` bytes, b"" at the end."""
        while True:
            try:
                if self._answer is None:
                    self._answer = self._fetcher.ask(self._url, self._at, self._tag)
                piece = self._answer.read(most)
            except NotFound:
                raise
            except (OSError, FetchError):
                self.close()
                if self._at == 0 or self._tries >= _TRIES:
                    raise
                self._fetcher.rest(self._tries)
                self._tries += 1
                continue
            if piece:
                self._tries = 0
            self._at += len(piece)
            return piece

    def close(self) -> None:
        """Let go of the connection."""
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def split_url(url: str) -> "tuple[bool, str, int, str]":
    """Whether it is https, host (an IPv6 one keeps its brackets), port, resource; `FetchError` for other addresses."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https") or not rest:
        raise FetchError("{} is no http:// or https:// address".format(url))
    authority, _, resource = rest.partition("/")
    secure = scheme == "https"
    host, port = authority, str(_PORTS[secure])
    if ":" in authority[authority.find("]") + 1 :]:
        host, port = authority.rsplit(":", 1)
    if not host or not port.isdigit() or int(port) > 65535 or any(ord(char) <= 32 for char in url):
        raise FetchError("{} is no http:// or https:// address".format(url))
    return secure, host, int(port), "/" + resource


def _connect(secure: bool, host: str, port: int, connected):
    """A connection by `connected(family, kind, protocol, address)`; every address of the host is tried."""
    problem: "object" = "it has no address"
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, 0, socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError("the name {} was not found ({}): is there a network?".format(host, error))
    for family, kind, protocol, _, address in found:
        link = None
        try:
            link = connected(family, kind, protocol, address)
            return _wrap(link, host) if secure else link
        except OSError as error:
            problem = error
            if link is not None:
                link.close()
    raise FetchError("{}:{} does not answer ({})".format(host, port, problem))


def _wrap(link, host: str):
    """TLS over a connection, whatever certificate the server has."""
    try:
        import ssl
    except ImportError:
        raise FetchError("https://{} needs TLS, which this box has not: use an http:// address".format(host))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if hasattr(context, "check_hostname"):
        context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(link, server_hostname=host)


class Answer:
    """One request on one connection, and the body of its answer."""

    def __init__(self, link, url: str) -> None:
        self._link = link
        self._url = url
        self._buffer = b""
        self._left = -1  # bytes of the body (of the chunk) still to come; -1: until the connection ends
        self._chunked = False
        self._ended = False
        self.headers: "dict[str, str]" = {}

    def ask(self, host: str, resource: str, offset: int = 0, tag: str = "") -> int:
        """Send the request and read the answer's head; its status. Bytes before `offset` need not come."""
        lines = ["GET " + resource + " HTTP/1.1", "Host: " + host, "User-Agent: Ringwarden"]
        lines += ["Accept-Encoding: identity", "Connection: close"]
        if offset:
            lines.append("Range: bytes={}-".format(offset))
            if tag:
                lines.append("If-Range: " + tag)
        self._send("\r\n".join(lines) + "\r\n\r\n")
        room = list(_HEAD)
        status = 100
        while status == 100:
            status = self._head(room)
        encoding = self.headers.get("transfer-encoding", "").lower()
        length = self.headers.get("content-length", "")
        if encoding == "chunked":
            self._chunked = True
            self._left = 0
        elif encoding:
            raise FetchError("{} comes in an encoding that was not asked for".format(self._url))
        elif length:
            if not length.isdigit() or len(length) > 12:
                raise FetchError("{} has no sensible length".format(self._url))
            self._left = int(length)
        return status

    def read(self, most: int) -> bytes:
        """Up to `most` bytes, b"" at the end. OSError when the server stays silent, `FetchError` when it breaks off."""
        if self._chunked and self._left == 0 and not self._ended:
            self._next_chunk()
        if self._ended or self._left == 0:
            return b""
        if not self._buffer:
            self._buffer = self._link.recv(min(most, _RECEIVE))
        if not self._buffer:
            if self._left > 0:
                raise FetchError("{} broke off before its end".format(self._url))
            self._ended = True
            return b""
        taken = min(most, len(self._buffer)) if self._left < 0 else min(most, len(self._buffer), self._left)
        piece, self._buffer = self._buffer[:taken], self._buffer[taken:]
        if self._left > 0:
            self._left -= taken
            if self._chunked and self._left == 0:
                self._line(list(_CHUNK_END))
        return piece

    def begins_at(self, offset: int) -> bool:
        """Whether a part of the file is the one that was asked for."""
        return offset > 0 and self.headers.get("content-range", "").startswith("bytes {}-".format(offset))

    def close(self) -> None:
        """Let go of the connection."""
        self._link.close()

    def _send(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[self._link.send(data) :]

    def _head(self, room: "list[int]") -> int:
        parts = self._line(room).split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or len(parts[1]) != 3 or not parts[1].isdigit():
            raise FetchError("{} is not answered by a web server".format(self._url))
        self.headers = {}
        while True:
            line = self._line(room)
            if not line:
                return int(parts[1])
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()

    def _line(self, room: "list[int]") -> str:
        """The next line without its end; `room` holds how many bytes and pieces may still come."""
        while b"\n" not in self._buffer and len(self._buffer) <= room[0] and room[1]:
            room[1] -= 1
            more = self._link.recv(_RECEIVE)
            if not more:
                raise FetchError("{} broke off before its end".format(self._url))
            self._buffer += more
        end = self._buffer.find(b"\n")
        room[0] -= end + 1
        if end < 0 or room[0] < 0:
            raise FetchError("{} is answered with too long or too slow a head".format(self._url))
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return "".join([chr(byte) for byte in line]).rstrip("\r")

    def _next_chunk(self) -> None:
        size = self._line(list(_CHUNK_SIZE)).split(";")[0].strip()
        try:
            self._left = int(size, 16)
        except ValueError:
            self._left = -1
        if self._left < 0 or len(size) > 8:
            raise FetchError("{} is cut into chunks without a size".format(self._url))
        self._ended = self._left == 0
