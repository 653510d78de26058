#!/usr/bin/env bash
# Restarts the containers of a service one after the other, each only once the one before is healthy:
#   deploy/rolling-restart.sh app bot
set -euo pipefail
cd "$(dirname "$0")"
for service in "${@:-app}"; do
  for container in $(docker compose -f compose.yml ps -q "$service"); do
    echo "restarting $service $container"
    docker restart --time 20 "$container" >/dev/null
    until [ "$(docker inspect -f '{{.State.Health.Status}}' "$container")" = healthy ]; do sleep 1; done
  done
done
