#!/usr/bin/env bash
# Remove all that the installations described by the given values files made on this machine.
# Debian packages stay: other programs may have come to need them.
set -euo pipefail
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && exec sudo "$0" "$@"
    echo "datalab : lancez cette commande en tant que root, ou installez sudo." >&2
    exit 1
fi
setting() { sed -n "s/^  $1: *\([^ #]*\).*/\1/p" "$2" | head -1; }

for values in "$@"; do
    program=$(setting program "$values")
    [ -x "$program/venv/bin/python" ] || continue
    printf 'Datalab : suppression de %s\n' "$program"
    "$program/venv/bin/python" -I -m hub.launch clean --values "$program/values.yaml"
    rm -rf "$program"
done
/usr/bin/python3 "$(dirname "$0")/../../images/build.py" clean
if [ -f /run/datalab-dockerd.pid ]; then
    kill "$(cat /run/datalab-dockerd.pid)" 2>/dev/null || true
    rm -f /run/datalab-dockerd.pid /var/log/datalab-dockerd.log
fi
