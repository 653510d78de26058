"""Asks the bot of this machine whether it can answer: ``python -m firstline_bot.probe``, exit code 0 for yes.

For whoever watches the bot's process; needs its FIRSTLINE_BOT_PORT and FIRSTLINE_BOT_SECRET.
"""

import os
import sys
import urllib.error
import urllib.request

_SECONDS = 3.0


def main() -> int:
    """Ask once; a bot that is not there, or has no model, is told on stderr with exit code 1."""
    url = f"http://127.0.0.1:{os.environ.get('FIRSTLINE_BOT_PORT', '')}/webhooks/firstline/health"
    headers = {"X-Firstline-Secret": os.environ.get("FIRSTLINE_BOT_SECRET", "")}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_SECONDS):
            return 0
    except (OSError, ValueError) as error:
        print(f"firstline_bot.probe: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
