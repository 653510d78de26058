"""Starts the bot's server: ``python -m firstline_bot``.

Settings come from the environment: FIRSTLINE_BOT_SECRET (16 characters or more), FIRSTLINE_BOT_MODEL (model file),
FIRSTLINE_BOT_PORT, FIRSTLINE_ACTION_URL, FIRSTLINE_EMBEDDING_DIR, FIRSTLINE_TRACKER_DB (a file or a `postgresql://`
address; default: a file beside the model), FIRSTLINE_REDIS_URL (locks between several bots; empty: none),
FIRSTLINE_BOT_HOST (127.0.0.1).
FIRSTLINE_BOT_PARENT (process id; default: whoever started it) names the process whose end ends the bot;
FIRSTLINE_BOT_STANDALONE=1 lets it live on. FIRSTLINE_BOT_TURN_SECONDS (7) bounds a turn,
FIRSTLINE_BOT_CONCURRENCY (5) how many are answered at the same time. FIRSTLINE_VECTOR_URL names
where sentence vectors are made; without it the bot loads the embedding model itself.
"""

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

from firstline_bot.json_log import use_json_lines
from firstline_bot.parent import follow_parent
from firstline_bot.without_tensorflow import leave_out_tensorflow

BOT_DIR = Path(__file__).resolve().parents[1]
_QUIET = {
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_GRACEFUL_SHUTDOWN_TIMEOUT": "1.5",
    "SANIC_ACCESS_LOG": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SQLALCHEMY_WARN_20": "0",
    # numpy's thread pool would take the cores from the encoder and gains nothing on one message.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def main() -> int:
    """Check the settings, then serve until SIGTERM, Ctrl-C or the end of the parent process."""
    problem = _missing()
    if problem:
        print(f"firstline_bot: {problem}", file=sys.stderr)
        return 2
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("FIRSTLINE_TRACKER_DB", str(Path(os.environ["FIRSTLINE_BOT_MODEL"]).parent / "tracker.db"))
    shared = os.environ.setdefault("FIRSTLINE_REDIS_URL", "")
    os.environ["FIRSTLINE_BOT_LOCKS"] = "firstline_bot.redis_locks.RedisLocks" if shared else "in_memory"
    # The lock of a bot that died blocks its conversation for as long as a turn may last, not for Rasa's minute.
    longest = float(os.environ.get("FIRSTLINE_BOT_TURN_SECONDS") or 7.0)
    os.environ.setdefault("TICKET_LOCK_LIFETIME", str(int(longest) + 1))
    if not os.environ.get("FIRSTLINE_BOT_STANDALONE"):
        follow_parent()
    if not os.environ.get("FIRSTLINE_BOT_TENSORFLOW"):
        leave_out_tensorflow()
    return _serve()


def _missing() -> str:
    if len(os.environ.get("FIRSTLINE_BOT_SECRET", "")) < 16:
        return "FIRSTLINE_BOT_SECRET must be set, 16 characters or more."
    if not os.environ.get("FIRSTLINE_ACTION_URL"):
        return "FIRSTLINE_ACTION_URL must be set to the app's action address."
    if not os.environ.get("FIRSTLINE_BOT_PORT", "").isdecimal():
        return "FIRSTLINE_BOT_PORT must be set to a port number."
    at_once = os.environ.get("FIRSTLINE_BOT_CONCURRENCY") or "5"
    if not at_once.isdecimal() or int(at_once) < 1:
        return f"FIRSTLINE_BOT_CONCURRENCY must be a whole number from 1, not '{at_once}'."
    model = os.environ.get("FIRSTLINE_BOT_MODEL", "")
    if not Path(model).is_file():
        return f"FIRSTLINE_BOT_MODEL names no file ('{model}'). Train one: python -m firstline_bot.train --out FILE"
    return ""


def _serve() -> int:
    # Libraries' warnings say nothing to whoever runs the bot; filters would not hold, sanic sets its own.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    from firstline_bot.warm_up import warm_up

    level = logging.getLevelName(os.environ["LOG_LEVEL"])
    configure_structlog(level)
    configure_logging_and_warnings(level, warn_only_once=True, filter_repeated_logs=True)
    use_json_lines()
    failed = []

    async def ready(app: Any, _: Any) -> None:
        """Answer nothing without a model; with one, run it once so that the first customer does not wait."""
        agent = getattr(app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            failed.append("The model could not be loaded; the reason stands above.")
            app.stop()
            return
        await warm_up(agent.processor)
        # A search for garbage that walks through all that was loaded lets every customer wait for 0.3 s.
        gc.collect()
        gc.freeze()

    serve_application(
        model_path=os.environ["FIRSTLINE_BOT_MODEL"],
        interface=os.environ.get("FIRSTLINE_BOT_HOST") or "127.0.0.1",
        port=int(os.environ["FIRSTLINE_BOT_PORT"]),
        credentials=str(BOT_DIR / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(BOT_DIR / "endpoints.yml")),
        auth_token=os.environ["FIRSTLINE_BOT_SECRET"],
        enable_api=True,
        server_listeners=[(ready, "after_server_start")],
    )
    for message in failed:
        print(f"firstline_bot: {message}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
