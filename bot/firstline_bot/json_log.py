"""The log as one JSON object a line, with the id of the request: FIRSTLINE_LOG_JSON=true."""

import json
import logging
import os
from datetime import datetime, timezone

from firstline_bot.request import request_id


class JsonLines(logging.Formatter):
    """Writes a record in the shape of the app's log; messages hold no customer's words at INFO or above."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = {
            "part": record.name,
            "event": record.getMessage(),
            "request_id": request_id.get(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def use_json_lines() -> None:
    """Write all that is logged from now on as JSON where that is asked for, and with it one line a turn."""
    if os.environ.get("FIRSTLINE_LOG_JSON", "").lower() not in ("1", "true"):
        return
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonLines())
        # Rasa leaves out what was just said; each of our lines is of another turn.
        for one in list(handler.filters):
            handler.removeFilter(one)
    logging.getLogger("firstline_bot").setLevel(logging.INFO)
