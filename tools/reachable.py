"""Exit 0 when the servers of addresses such as postgresql://host:port/name accept connections, else say which don't."""

import socket
import sys
from urllib.parse import urlsplit

PORTS = {"postgresql": 5432, "redis": 6379}
status = 0
for address in sys.argv[1:]:
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or PORTS[parts.scheme]
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError as error:
        print(f"{host}:{port} does not accept connections: {error}")
        status = 1
sys.exit(status)
