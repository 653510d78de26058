"""Stands in for the bot's Python: "trains" by copying a file, and serves a bot that knows what its model file says.

A model file is JSON: {"name": ..., "right": share of messages it understands}; a message is a route and a
number below 100. Training copies the file that BOT_STAND_IN_TRAINS names. A turn whose text is "slowly" takes a second.
"""

import json
import os
import shutil
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar


class Bot(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        self._answer({"model": self.model["name"]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/webhooks/firstline/parse"):
            route, number = body["text"].split()
            name = route if int(number) < self.model["right"] * 100 else "none"
            self._answer({"intent": {"name": name, "confidence": 0.9}, "intent_ranking": []})
        else:
            time.sleep(body["text"] == "slowly")
            self._answer({"messages": [{"text": f"{self.model['name']}: {body['text']}"}]})

    def _answer(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    if "firstline_bot.train" in sys.argv:
        shutil.copy(os.environ["BOT_STAND_IN_TRAINS"], sys.argv[sys.argv.index("--out") + 1])
        sys.exit()
    Bot.model = json.loads(Path(os.environ["FIRSTLINE_BOT_MODEL"]).read_text("utf-8"))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["FIRSTLINE_BOT_PORT"])), Bot).serve_forever()
