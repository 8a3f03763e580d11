#!/usr/bin/env bash
# Remove all that the installations described by the given values files made on this machine.
# Debian packages stay: other programs may have come to need them.
set -euo pipefail
if [ "$(id -u)" != 0 ]; then exec sudo "$0" "$@"; fi
setting() { sed -n "s/^  $1: *\([^ #]*\).*/\1/p" "$2" | head -1; }

for values in "$@"; do
    program=$(setting program "$values")
    [ -x "$program/venv/bin/python" ] || continue
    printf 'Datalab : suppression de %s\n' "$program"
    "$program/venv/bin/python" -I -m hub.launch clean --values "$program/values.yaml"
    rm -rf "$program"
done
images=$(docker image ls --quiet --filter 'reference=datalab/*' | sort -u)
# shellcheck disable=SC2086 - one word per image
[ -z "$images" ] || docker image rm --force $images >/dev/null
if [ -f /run/datalab-dockerd.pid ]; then
    kill "$(cat /run/datalab-dockerd.pid)" 2>/dev/null || true
    rm -f /run/datalab-dockerd.pid /var/log/datalab-dockerd.log
fi
