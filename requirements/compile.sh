#!/bin/sh
# The lock files are written from the .in files, with hashes and without the address of any registry.
# Needs `uv`. `sh requirements/compile.sh --upgrade` takes newer versions; without it the pins stand.
set -eu
cd "$(dirname "$0")"
unset PIP_FIND_LINKS UV_FIND_LINKS || true

compile() {
    name=$1
    shift
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
        --python-version 3.11 --python-platform x86_64-manylinux_2_36 \
        --custom-compile-command "sh requirements/compile.sh" --output-file "$name.txt" "$name.in" "$@"
}

compile hub "$@"
compile demo --constraint hub.txt "$@"
compile test --constraint hub.txt --constraint demo.txt "$@"
compile workspace --override workspace.overrides "$@"
compile plain --constraint workspace.txt "$@"
