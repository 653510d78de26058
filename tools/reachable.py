"""Exit 0 when the server of an address such as postgresql://host:port/name accepts connections."""

import socket
import sys
from urllib.parse import urlsplit

parts = urlsplit(sys.argv[1])
try:
    socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5432), timeout=2).close()
except OSError as error:
    print(f"{parts.hostname}:{parts.port}: {error}")
    sys.exit(1)
