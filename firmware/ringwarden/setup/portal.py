# SPDX-License-Identifier: Apache-2.0
"""Set-up from a phone, without a cable: the box opens a network of its own and this page in it (a captive portal).

That network is closed to neighbours: its WPA2 key is on the box's label. It exists only while set-up is open. A phone
looks whether it reaches the internet, gets a redirect to this page instead, and shows it.

    GET /            choose a network (again=1: search anew)      POST /join   net=HEX | other=NAME, password=…
    GET /state       how it went                                  anything else: a redirect to /
"""

import asyncio

from ringwarden.setup import networks, portal_dns, portal_page

HEAD_MAX = 4096
BODY_MAX = 1024
SECONDS = 10
CONNECTIONS_MAX = 6
JOIN_SECONDS = 25
FAREWELL_SECONDS = 20  # the phone still fetches the page that says where to go now

HEADERS = (
    "Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Cache-Control: no-store\r\nConnection: close\r\n"
)


class Refused(Exception):
    """A request that no browser sends for this page: (status, sentence)."""


class Portal:
    """The page's state: what was found, what is being joined, how the last try ended."""

    def __init__(self, setup, wifi, language: str = "zh") -> None:
        self.setup = setup
        self.wifi = wifi
        self.language = language
        self.found: "list[networks.Network] | None" = None
        self.joining = ""  # the name that is being joined, as it is shown
        self.joined = ""
        self.trouble = ""  # a key of the words
        self.tried = ""
        self._open = 0
        self._task: "asyncio.Task | None" = None

    async def run(self, http_port: int = 80, dns_port: int = 53) -> None:
        """Open the set-up network, serve until set-up is closed, say farewell, close the network."""
        self.wifi.start_point(self.setup.name, self.setup.join_key)
        own = self.wifi.point_address()
        dns = asyncio.create_task(portal_dns.serve(own, own, dns_port))
        server = None
        try:
            server = await asyncio.start_server(self.connected, own, http_port)
            while self.setup.open:
                await asyncio.sleep(0.2)
            if self.joined:
                await asyncio.sleep(FAREWELL_SECONDS)
        finally:
            dns.cancel()
            if server:
                server.close()
            self.wifi.stop_point()

    async def connected(self, reader, writer) -> None:
        """One connection, one request."""
        self._open += 1
        try:
            if self._open <= CONNECTIONS_MAX:
                reply = await asyncio.wait_for(self._reply(reader), SECONDS + JOIN_SECONDS)
                writer.write(reply)
                await asyncio.wait_for(writer.drain(), SECONDS)
        except (OSError, EOFError, ValueError, asyncio.TimeoutError):
            pass  # too slow or gone
        finally:
            self._open -= 1
            writer.close()
            try:
                await asyncio.wait_for(writer.wait_closed(), SECONDS)
            except (OSError, asyncio.TimeoutError):
                pass

    async def _reply(self, reader) -> bytes:
        try:
            method, target, headers, body = await asyncio.wait_for(read_request(reader), SECONDS)
            reply = await self.respond(method, target, headers, body)
            return reply[: reply.find(b"\r\n\r\n") + 4] if method == "HEAD" else reply
        except Refused as refused:
            status, sentence = refused.args
            return answer(status, "text/plain; charset=utf-8", sentence.encode())

    async def respond(self, method: str, target: str, headers: "dict[str, str]", body: bytes) -> bytes:
        """The whole answer to one request. Raises Refused."""
        own = self.wifi.point_address()
        host = headers.get("host", "").split(":")[0]
        path, _, query = target.partition("?")
        given = fields(query.encode())
        lang = self._language(given, headers)
        if method == "POST" and path == "/join" and host == own:
            origin = headers.get("origin", "")
            if origin not in ("", "null") and origin.split("//")[-1].split(":")[0] != own:
                raise Refused("403 Forbidden", "This page takes no other page's forms.")
            return self._page(self._join(fields(body), lang))
        if method not in ("GET", "HEAD"):
            raise Refused("405 Method Not Allowed", "This page cannot do that.")
        if host == own and path == "/portal.css":
            return answer("200 OK", "text/css", portal_page.STYLE)
        if host != own or path not in ("/", "/state"):
            return redirect("/" if host == own else "http://{}/".format(own))
        return self._page(await self._state(given, lang))

    def _page(self, text: str) -> bytes:
        return answer("200 OK", "text/html; charset=utf-8", text.encode())

    def _language(self, given: "dict[str, bytes]", headers: "dict[str, str]") -> str:
        asked = given.get("lang", b"")
        if asked in (b"en", b"zh"):
            return str(asked, "utf-8")
        liked = headers.get("accept-language", "").lower()
        zh, en = liked.find("zh"), liked.find("en")
        if zh < 0 and en < 0:
            return self.language
        return "zh" if en < 0 or 0 <= zh < en else "en"

    async def _state(self, given: "dict[str, bytes]", lang: str) -> str:
        if self.joining:
            return portal_page.joining(lang, self.joining)
        if self.joined:
            address = self.setup.link(self.wifi.address())
            return portal_page.done(lang, self.joined, self.setup.link(self.setup.hostname + ".local"), address)
        if not self.setup.open:
            return portal_page.closed(lang)
        if self.found is None or given.get("again"):
            try:
                self.found = networks.tidy(await self.wifi.scan())
            except OSError:
                self.found = self.found or []
        return portal_page.form(lang, self.found, self.trouble, self.tried)

    def _join(self, given: "dict[str, bytes]", lang: str) -> str:
        found = self.found or []
        if not self.setup.open:
            return portal_page.closed(lang)
        if self.joining:
            return portal_page.joining(lang, self.joining)
        ssid = _from_hex(given.get("net", b"")) or b""
        if given.get("other"):
            ssid = networks.meant(given["other"], found)
        password = given.get("password", b"")
        if not 0 < len(ssid) <= networks.SSID_MAX:
            return portal_page.form(lang, found, "unnamed")
        if not networks.acceptable(ssid, password):
            return portal_page.form(lang, found, "unfit")
        self.joining = self.tried = networks.shown(ssid)
        self._task = asyncio.create_task(self._try(ssid, str(password, "utf-8")))
        return portal_page.joining(lang, self.joining)

    async def _try(self, ssid: bytes, password: str) -> None:
        try:
            self.trouble = "failed"
            if await self.wifi.join(ssid, password, JOIN_SECONDS) and self.setup.open:
                self.trouble = "broken"
                self.setup.close(ssid, password)
                self.trouble = ""
                self.joined = networks.shown(ssid)
        except OSError:
            pass  # said by `trouble`
        finally:
            self.joining = ""


async def read_request(reader) -> "tuple[str, str, dict[str, str], bytes]":
    """Method, target, headers with names in small letters, body. Raises Refused, EOFError."""
    data = b""
    while data.find(b"\r\n\r\n") < 0:
        if len(data) > HEAD_MAX:
            raise Refused("431 Request Header Fields Too Large", "That request is too large.")
        piece = await reader.read(512)
        if not piece:
            raise EOFError
        data += piece
    end = data.find(b"\r\n\r\n")
    lines = "".join([chr(byte) for byte in data[:end]]).split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Refused("400 Bad Request", "That is no request.")
    headers: "dict[str, str]" = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isdigit() or len(length) > 6 or int(length) > BODY_MAX or "transfer-encoding" in headers:
        raise Refused("413 Content Too Large", "That form is too large.")
    body = data[end + 4 :]
    while len(body) < int(length):
        piece = await reader.read(int(length) - len(body))
        if not piece:
            raise EOFError
        body += piece
    return words[0], words[1], headers, body[: int(length)]


def fields(text: bytes) -> "dict[str, bytes]":
    """application/x-www-form-urlencoded as names and bytes: a password need not be what we think it is."""
    found: "dict[str, bytes]" = {}
    for item in text.split(b"&")[:16]:
        name, _, value = item.partition(b"=")
        found["".join([chr(byte) for byte in name])] = _decoded(value)
    return found


def _decoded(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        byte = value[at]
        code = _from_hex(value[at + 1 : at + 3]) if byte == 0x25 and at + 2 < len(value) else None
        if code:
            byte = code[0]
            at += 2
        elif byte == 0x2B:
            byte = 0x20
        out.append(byte)
        at += 1
    return bytes(out)


def _from_hex(text: bytes) -> "bytes | None":
    if len(text) % 2 or not all([byte in b"0123456789abcdefABCDEF" for byte in text]):
        return None
    return bytes.fromhex("".join([chr(byte) for byte in text]))


def answer(status: str, kind: str, body: bytes) -> bytes:
    """A whole HTTP answer."""
    head = "HTTP/1.0 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n"
    return head.format(status, kind, len(body), HEADERS).encode() + body


def redirect(place: str) -> bytes:
    """To the page: what makes a phone open it."""
    return "HTTP/1.0 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n{}\r\n".format(place, HEADERS).encode()
