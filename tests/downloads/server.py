"""A server of files that knows ranges, breaks off, refuses and lies as it is told."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from latpred.downloads import RemoteFile

HOST = "/{repository}/{commit}/{path}"


@dataclass
class Served:
    """What a server has, and how it behaves.

    Attributes:
        files: Path -> content.
        cut: Bytes after which each answer breaks off, one for each answer; whole ones then.
        refuse: HTTP statuses to answer with first.
        ranges: Whether it continues files.
        honest: Whether it says how long an answer is.
        range_text: What it says of the range that it sends, in place of the truth.
        asked: (path, first byte) of each request.
    """

    files: dict[str, bytes]
    cut: list[int] = field(default_factory=list)
    refuse: list[int] = field(default_factory=list)
    ranges: bool = True
    honest: bool = True
    range_text: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Served]:
    served = Served(files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, served)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, served: Served) -> None:
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    start = int(asked[1]) if asked else 0
    served.asked.append((handler.path, start))
    content = served.files.get(handler.path)
    if served.refuse or content is None:
        handler.send_error(served.refuse.pop(0) if served.refuse else 404)
        return
    if asked and served.ranges and start >= len(content):
        handler.send_error(416)
        return
    partial = asked is not None and served.ranges
    body = content[start:] if partial else content
    handler.send_response(206 if partial else 200)
    if partial:
        true = f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.send_header("Content-Range", served.range_text or true)
    if served.honest:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: served.cut.pop(0)] if served.cut else body)


def remote(path: str, content: bytes, place: str = "") -> RemoteFile:
    checksum = hashlib.sha256(content).hexdigest()
    return RemoteFile(path, place or f"made/{path}", len(content), checksum)
