"""A stand-in for a model's endpoint: a real HTTP server on loopback that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STATEMENT: dict[str, Any] = {
    "field": "body", "content": "rebels had shelled the town of Brodnik", "cue": "said",
    "speakers": [{"name": "Ann Hart", "kind": "government"}], "type": "shelling", "aspect": "happened",
    "stance": "claims", "polarity": "+", "certainty": "certain", "evidence": "statement", "realis": "actual",
    "place": "Brodnik", "actor": None, "count": None, "cause": None, "measure": None,
}  # fmt: skip


def completion(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def told(*statements: dict[str, Any]) -> bytes:
    return completion(json.dumps({"statements": list(statements)}))


@dataclass
class Endpoint:
    """`hold`: the answer waits until this is set. `asked`: the bodies and headers of all requests."""

    answer: bytes = b""
    status: int = 200
    hold: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)
    url: str = ""


@contextmanager
def endpoint(answer: bytes, status: int = 200, held: bool = False) -> Iterator[Endpoint]:
    """Served until the end of the block; what is held is let go then."""
    state = Endpoint(answer, status)
    if not held:
        state.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.append((json.loads(body) | {"path": self.path}, dict(self.headers)))
            state.hold.wait()
            with suppress(ConnectionError):  # who asked may have left meanwhile
                self.answer()

        def answer(self) -> None:
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.answer)))
            self.end_headers()
            self.wfile.write(state.answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        state.hold.set()
        server.shutdown()
        server.server_close()
