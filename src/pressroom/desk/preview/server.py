"""The preview's server: its page, on this machine only, and events when something is rendered."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from hmac import compare_digest
from html import escape
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar
from urllib.parse import urlencode

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from pressroom.data.findings import Refusal, escape_unseen
from pressroom.desk.preview.renderer import Renderer, Rendering
from pressroom.desk.preview.watch import find_fault, watch_saves
from pressroom.edition.manifest import MEDIA_TYPES
from pressroom.pages.html.page import style_sheet

_HERE = Path(__file__).parent
_SHOWN = "Preview of the briefing …↗"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:;"
    " connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: what this server serves, and nothing else."""

ADDRESS = "127.0.0.1"

_T = TypeVar("_T")

_PATIENCE = 3.0
"""Seconds that a rendering may take on once a save has made it stale; a cell may loop without end."""


def make_page(id: str, project: str) -> str:
    """Return the page that shows a briefing; the script fills in the picker and the frames.

    Parameters
    ----------
    project
        The name of the project's folder.
    """
    return _template().replace("{{id}}", escape(id)).replace("{{project}}", escape(project))


def read_style() -> str:
    """Return the page's style sheet: that of the briefings, and the preview's own rules."""
    return style_sheet(_SHOWN) + "\n" + (_HERE / "preview.css").read_text("utf-8")


def read_script() -> str:
    """Return the page's script."""
    return (_HERE / "preview.js").read_text("utf-8")


class Pass:
    """What lets this user's browser in, and nobody else on the machine.

    Attributes
    ----------
    token
        What the printed address holds, and then a cookie.
    ticket
        What the address holds that a browser is started with, good for one visit: others can see the commands
        that run.
    """

    def __init__(self, token: str = "") -> None:
        self.token, self.ticket = token or token_urlsafe(24), token_urlsafe(24)

    def admits(self, given: str) -> bool:
        """Return whether a text is the token, or the ticket, which it uses up."""
        if _is_same(given, self.ticket):
            self.ticket = ""
            return True
        return _is_same(given, self.token)


class Preview:
    """What is shown to whom. Use it in one event loop.

    Attributes
    ----------
    first
        The id of the briefing that is shown to who asks for none.
    pass_
        What lets a browser in.
    """

    def __init__(self, renderer: Renderer, first: str, pass_: Pass) -> None:
        self.renderer, self.first, self.pass_ = renderer, first, pass_
        self.good: dict[str, Rendering] = {}
        self._latest: dict[str, Rendering] = {}
        self._listeners: dict[asyncio.Queue[str], str] = {}
        self._saves = 0
        self._at_work: set[asyncio.Future[Any]] = set()
        self._one_by_one = ThreadPoolExecutor(1, "render")

    async def follow(self) -> None:
        """Render again after each save what somebody looks at; return once the program is to start again."""
        async for kind in watch_saves(self.renderer.project):
            self._saves += 1
            fault = await self._wait_for(find_fault) if kind == "program" else None
            if kind == "program" and fault is None:
                return
            self._latest.clear()
            await self._end_stale()
            for id in dict.fromkeys(self._listeners.values()):
                if fault is None:
                    self._begin(id)
                else:
                    self._show(Rendering(id, faults=(fault,)))

    async def render(self, id: str) -> None:
        """Render a briefing, and tell who looks at it, unless a save has made it stale by then."""
        await self._begin(id)

    def _begin(self, id: str) -> asyncio.Future[None]:
        work = asyncio.ensure_future(self._render(id, self._saves))
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)
        return work

    async def _render(self, id: str, saves: int) -> None:
        self._tell(id, "event: rendering\ndata: -\n\n")
        rendering = await self._wait_for(self.renderer.render, id)
        if saves == self._saves:
            self._show(rendering)

    async def _end_stale(self) -> None:
        """Wait for what is at work; interrupt what takes too long."""
        while self._at_work:
            done, _ = await asyncio.wait(self._at_work, timeout=_PATIENCE)
            if not done:
                self.renderer.interrupt()

    async def listen(self, id: str, queue: asyncio.Queue[str]) -> None:
        """Put events about a briefing into a queue, the latest rendering first."""
        self._listeners[queue] = id
        if id in self._latest:
            queue.put_nowait(self._describe(self._latest[id]))
        else:
            await self.render(id)

    def forget(self, queue: asyncio.Queue[str]) -> None:
        """Tell a queue no more."""
        self._listeners.pop(queue, None)

    def close(self) -> None:
        """End all processes, at work or not."""
        self.renderer.interrupt()
        self._one_by_one.shutdown(cancel_futures=True)
        self.renderer.close()

    async def _wait_for(self, function: Callable[..., _T], *arguments: object) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._one_by_one, function, *arguments)

    def _show(self, rendering: Rendering) -> None:
        self._latest[rendering.id] = rendering
        if not rendering.faults:
            self.good[rendering.id] = rendering
        self._tell(rendering.id, self._describe(rendering))

    def _tell(self, id: str, event: str) -> None:
        for queue, wanted in self._listeners.items():
            if wanted == id:
                queue.put_nowait(event)

    def _describe(self, rendering: Rendering) -> str:
        good = self.good.get(rendering.id)
        state = {
            "id": rendering.id,
            "version": _name_version(good) if good else "",
            "seconds": rendering.seconds,
            "faults": [{"place": f.place, "reason": f.reason} for f in rendering.faults],
            "warnings": rendering.warnings,
            "choices": [[title, [[c.id, c.name] for c in cs]] for title, cs in rendering.choices.items()],
        }
        return f"event: rendered\ndata: {json.dumps(state)}\n\n"


def make_application(preview: Preview, port: int) -> Application:
    """Return what answers at these addresses and no others."""
    given = {"preview": preview}
    routes = [
        (r"/", _Page, given),
        (r"/preview\.css", _Style, given),
        (r"/preview\.js", _Script, given),
        (r"/events", _Events, given),
        (r"/briefing/([a-z0-9-]+/[a-z0-9-]+)(\.html|\.pdf|\.csv)", _Document, given),
    ]
    return Application(
        routes, default_handler_class=_Missing, default_handler_args=given, port=port, log_function=_log
    )


def listen(port: int | None) -> socket.socket:
    """Return a socket of this machine only; a Refusal if the port is taken."""
    try:
        [listener] = bind_sockets(port or 0, ADDRESS, family=socket.AF_INET)
    except OSError as error:
        raise Refusal(f"port {port} cannot be listened on: {error.strerror}; leave --port out") from None
    return listener


async def serve(preview: Preview, listener: socket.socket) -> None:
    """Answer at a listening socket until the program is to start again, or this is cancelled."""
    _escape_log()
    server = HTTPServer(make_application(preview, listener.getsockname()[1]))
    server.add_socket(listener)
    try:
        await preview.follow()
    finally:
        server.stop()
        await server.close_all_connections()


@cache
def _template() -> str:
    return (_HERE / "preview.html").read_text("utf-8")


def _is_same(given: str, secret: str) -> bool:
    """Return whether a text is a secret, in a time that tells nothing of it."""
    return bool(secret) and compare_digest(given.encode(), secret.encode())


def _name_version(rendering: Rendering) -> str:
    """Return a name for these documents, so that a page swaps its frames only for others."""
    parts = (rendering.documents.get(suffix, b"") for suffix in sorted(MEDIA_TYPES))
    return sha256(b"".join(parts)).hexdigest()[:12]


class _Handler(RequestHandler):
    """Answers this machine's own pages, and nobody who comes from another one."""

    def initialize(self, preview: Preview) -> None:
        self.preview = preview

    def prepare(self) -> None:
        hosts = [f"{name}:{self.settings['port']}" for name in (ADDRESS, "localhost")]
        headers = self.request.headers
        origins = [f"http://{host}" for host in hosts]
        foreign = headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        if headers.get("Host") not in hosts or headers.get("Origin", origins[0]) not in origins or foreign:
            raise HTTPError(403)
        if not self.preview.pass_.admits(self.get_cookie(self.cookie, "") or ""):
            self.enter()

    @property
    def cookie(self) -> str:
        """Return the name of the cookie; a browser sends it to all ports."""
        return f"pressroom-preview-{self.settings['port']}"

    def enter(self) -> None:
        """Let in who has no cookie, or refuse them."""
        raise HTTPError(403)

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        words = {
            403: "Not from here. Open the address that `briefings preview` has printed.",
            404: "There is nothing here.",
        }
        self.finish(words.get(status_code, "This cannot be answered.") + "\n")


class _Page(_Handler):
    def enter(self) -> None:
        """Let in who has the token: it goes into a cookie, and out of the address."""
        if not self.preview.pass_.admits(self.get_query_argument("token", "")):
            super().enter()
        self.set_cookie(self.cookie, self.preview.pass_.token, httponly=True, samesite="Strict")
        shown = self.get_query_argument("briefing", "")
        self.redirect("/" + (f"?{urlencode({'briefing': shown})}" if shown else ""), status=303)

    def get(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        id = self.get_query_argument("briefing", self.preview.first)
        self.finish(make_page(id, self.preview.renderer.project.root.name))


class _Style(_Handler):
    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(read_style())


class _Script(_Handler):
    def get(self) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.finish(read_script())


class _Document(_Handler):
    """The last good rendering of a briefing."""

    def get(self, id: str, suffix: str) -> None:
        good = self.preview.good.get(id)
        if good is None or suffix not in good.documents:
            raise HTTPError(404)
        self.set_header("Content-Type", MEDIA_TYPES[suffix])
        self.set_header("Content-Disposition", f'inline; filename="{id.replace("/", "-")}{suffix}"')
        self.finish(good.documents[suffix])


class _Events(_Handler):
    """Server-sent events about one briefing, until the page goes away."""

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._queue = queue
        await self._send("retry: 500\n\n")
        listening = asyncio.ensure_future(self.preview.listen(self.get_query_argument("briefing"), queue))
        try:
            while True:
                await self._send(await queue.get())
        except (StreamClosedError, asyncio.CancelledError):
            return
        finally:
            self.preview.forget(queue)
            await listening

    def on_connection_close(self) -> None:
        self.preview.forget(self._queue)
        self._queue.put_nowait("")

    async def _send(self, event: str) -> None:
        self.write(event)
        await self.flush()


def _log(handler: RequestHandler) -> None:
    """Log what could not be answered; without what stands behind the path: there may be a token."""
    if handler.get_status() >= 400:
        request = handler.request
        words = f"{handler.get_status()} {request.method} {request.path} ({request.remote_ip})"
        logging.getLogger("tornado.access").warning(words)


class _Escaped(logging.Formatter):
    """Lines of a log in which nothing is left that a terminal would obey."""

    def format(self, record: logging.LogRecord) -> str:
        return escape_unseen(super().format(record), kept="\n")


def _escape_log() -> None:
    logger, handler = logging.getLogger("tornado"), logging.StreamHandler()
    handler.setFormatter(_Escaped())
    logger.handlers, logger.propagate = [handler], False


class _Missing(_Handler):
    def prepare(self) -> None:
        super().prepare()
        raise HTTPError(404)
