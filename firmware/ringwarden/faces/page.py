# SPDX-License-Identifier: Apache-2.0
"""The household's page: static files, a small JSON interface and a stream of changes, on microdot.

    GET /                        the page (and page.css, page.js, icon.svg): the files of `FILES`, nothing else
    GET /api/words?lang=         fixed texts; without lang the browser's Accept-Language chooses
    GET /api/status              {"state", "call", "today": {action: count}, "date", "newest", "list"}
    GET /api/calls?after=&limit=&lang=   {"calls": [...]}: those with a greater id, oldest first
    GET /api/stream?lang=        server-sent events: "call" (one, anew at each change), "status" (also the heartbeat)

The page reads and changes nothing, so it needs no session. What it needs of the appliance: `calls`,
`on_change(callback)` and, where the box knows them, `today()` -> "2026-11-24" and `list_trouble()` -> "" or a code.
Callbacks must come on the loop that serves.
"""

import asyncio
import json
import os

from microdot import Microdot
from microdot.microdot import Request, Response

from ringwarden.faces import view
from ringwarden.faces.web_server import host_allowed, is_loopback, listen

FILES = {
    "/": ("index.html", "text/html; charset=UTF-8"),
    "/page.css": ("page.css", "text/css; charset=UTF-8"),
    "/page.js": ("page.js", "text/javascript; charset=UTF-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

BEAT_SECONDS = 10  # a browser that hears nothing for longer than twice this says so
STREAMS_MAX = 8
LIMIT_MAX = 200
LIMIT = 100
_JSON = {"Content-Type": "application/json; charset=UTF-8", "Cache-Control": "no-store"}


class Page(Microdot):
    """The application with what its routes share."""

    def __init__(self, appliance, web_root: str, lang_default: str) -> None:
        super().__init__()
        self.appliance = appliance
        self.web_root = web_root
        self.lang_default = lang_default
        self.loopback = True  # until `serve` knows better
        self.beat_seconds = BEAT_SECONDS
        self.streams: "list[Stream]" = []
        appliance.on_change(self.changed)

    def changed(self, entry: dict) -> None:
        """The appliance's callback: every open stream will send this call as it then stands."""
        for stream in self.streams:
            stream.note(entry)

    def status(self) -> "dict[str, object]":
        """`view.status` of today."""
        today = self.appliance.today() if hasattr(self.appliance, "today") else ""
        trouble = self.appliance.list_trouble() if hasattr(self.appliance, "list_trouble") else ""
        return view.status(self.appliance.calls, today, trouble)

    def language(self, request: Request) -> str:
        """The language asked for by `lang=`, else by the browser, else the box's own."""
        asked = request.args.get("lang", "")
        if asked in view.LANGUAGES:
            return asked
        return view.best_language(request.headers.get("Accept-Language", ""), self.lang_default)


class Stream:
    """An endless response body of server-sent events for one browser.

    It queues entries, not texts: a call that changes twice before a slow browser takes the first is sent once.
    """

    def __init__(self, page: Page, lang: str) -> None:
        self.page = page
        self.lang = lang
        self.pending: "list[dict]" = []
        self.wake = asyncio.Event()
        self.greeted = False
        self.closed = False
        page.streams.append(self)

    def note(self, entry: dict) -> None:
        """Remember to send `entry`, the oldest first."""
        for waiting in self.pending:
            if waiting["id"] == entry["id"]:
                self.pending.remove(waiting)
                break
        self.pending.append(entry)
        del self.pending[:-LIMIT_MAX]
        self.wake.set()

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        if not self.greeted:
            self.greeted = True
            return self._event("status", self.page.status())
        if not self.pending:
            self.wake.clear()
            try:
                await asyncio.wait_for(self.wake.wait(), self.page.beat_seconds)
            except asyncio.TimeoutError:
                return self._event("status", self.page.status())
        if self.closed:
            raise StopAsyncIteration
        text = b""
        while self.pending and len(text) < 4096:
            text += self._event("call", view.describe(self.pending.pop(0), self.lang))
        return text + self._event("status", self.page.status())

    async def aclose(self) -> None:
        """Forget this browser and end the body; harmless when done twice."""
        self.closed = True
        self.wake.set()
        if self in self.page.streams:
            self.page.streams.remove(self)

    def _event(self, kind: str, value: "dict[str, object]") -> bytes:
        return "event: {}\ndata: {}\n\n".format(kind, json.dumps(value)).encode()


class CallList:
    """A JSON body made call by call, so that no long text stands in a small memory."""

    def __init__(self, calls: "list[dict]", lang: str) -> None:
        self.calls = calls
        self.lang = lang
        self.at = -1

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        self.at += 1
        if self.at > len(self.calls):
            raise StopAsyncIteration
        if self.at == len(self.calls):
            return b"]}" if self.calls else b'{"calls": []}'
        start = ", " if self.at else '{"calls": ['
        return (start + json.dumps(view.describe(self.calls[self.at], self.lang))).encode()


def create_page(appliance, web_root: str, lang_default: str = "en") -> Page:
    """The application that shows `appliance`, its files from `web_root` (firmware/web).

    OSError when one of `FILES` is missing there.
    """
    for name, _ in FILES.values():
        os.stat(web_root + "/" + name)
    page = Page(appliance, web_root, lang_default)
    page.before_request(_guard)
    page.after_request(_harden)
    page.after_error_request(_harden)
    for path in FILES:
        page.get(path)(_send_file)
    page.get("/api/words")(_words)
    page.get("/api/status")(_status)
    page.get("/api/calls")(_calls)
    page.get("/api/stream")(_stream)
    return page


async def serve(app: Page, host: str, port: int) -> None:
    """Serve until cancelled. OSError at once when the port is in use."""
    server = await start(app, host, port)
    try:
        while True:
            await asyncio.sleep(3600)
    finally:
        server.close()


async def start(app: Page, host: str, port: int):
    """Begin to serve and return asyncio's server (`close()` ends it). OSError when the port is in use."""
    app.loopback = is_loopback(host)
    return await listen(app, host, port)


# Handlers are coroutines: microdot would run plain functions in other threads, where `calls` must not be touched.


async def _guard(request: Request):
    """Refuse what no page of ours asks for. None lets the request through."""
    if not host_allowed(request.headers.get("Host", ""), request.app.loopback):
        return "Open this page by the address of the box, for example http://127.0.0.1:8080", 403
    if request.content_length:
        return "This page takes no content.", 413
    return None


async def _harden(request: "Request | None", response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


async def _send_file(request: Request) -> Response:
    name, content_type = FILES[request.path]
    response = Response.send_file(request.app.web_root + "/" + name, content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    return response


async def _words(request: Request):
    return json.dumps(view.page_words(request.app.language(request))), 200, _JSON


async def _status(request: Request):
    return json.dumps(request.app.status()), 200, _JSON


async def _calls(request: Request):
    after = _integer(request, "after", 0)
    limit = _integer(request, "limit", LIMIT)
    if after is None or limit is None:
        return "after and limit are whole numbers from 0 on.", 400
    calls = [entry for entry in request.app.appliance.calls if entry["id"] > after]
    newest = calls[max(0, len(calls) - min(limit, LIMIT_MAX)) :]
    return CallList(newest, request.app.language(request)), 200, _JSON


async def _stream(request: Request):
    page = request.app
    if len(page.streams) >= STREAMS_MAX:
        return "Too many pages are open.", 503
    headers = {"Content-Type": "text/event-stream; charset=UTF-8", "Cache-Control": "no-store"}
    return Stream(page, page.language(request)), 200, headers


def _integer(request: Request, name: str, default: int) -> "int | None":
    """The query parameter as a whole number of at most nine digits, None when it is none."""
    text = request.args.get(name, str(default))
    if not 0 < len(text) < 10 or not all(["0" <= char <= "9" for char in text]):
        return None
    return int(text)
