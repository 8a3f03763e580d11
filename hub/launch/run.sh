#!/usr/bin/env bash
# From a bare Debian machine to what `make run`, `make test` and `make check` need.
#   run.sh install VALUES hub|test    packages, Docker engine, Python, the program
#   run.sh up VALUES                  the above for `hub`, then images, demo data, every process
set -euo pipefail
verb=$1 values=$(realpath "$2") kind=${3:-hub}
source=$(cd "$(dirname "$0")/../.." && pwd)
begun=$(date +%s%N)

say() { printf '%s\n' "$*"; }
setting() { sed -n "s/^  $1: *\([^ #]*\).*/\1/p" "$values" | head -1; }
step() {
    local what=$1 from now; shift
    printf '  %s … ' "$what"; from=$(date +%s%N)
    if ! "$@" >"$log" 2>&1; then say "échec"; cat "$log"; exit 1; fi
    now=$(date +%s%N); printf '%d.%d s\n' $(((now - from) / 1000000000)) $(((now - from) / 100000000 % 10))
}

if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && exec sudo --preserve-env=BASE_IMAGE,SKIP_PACKAGES,PIP_CERT,PIP_INDEX_URL,PIP_FIND_LINKS,CI "$0" "$@"
    say "datalab : lancez cette commande en tant que root, ou installez sudo : le gardien monte les données, et chaque processus a son compte." >&2
    exit 1
fi
umask 022
program=$(setting program) state=$(setting state) log=$(mktemp)
trap 'rm -f "$log"' EXIT

packages() {
    if ! grep -qE '^ID(_LIKE)?=.*debian' /etc/os-release; then
        say "Cette machine n'est pas une Debian. Installez un moteur Docker (20.10 ou plus récent), mmdebstrap, python3"
        say "(3.11 ou plus récent) avec venv, et make ; puis relancez cette commande avec SKIP_PACKAGES=1."
        return 1
    fi
    local missing=() test_packages=()
    [ "$kind" = test ] && test_packages=(chromium clamav slapd ldap-utils libfaketime)
    docker version >/dev/null 2>&1 || command -v dockerd >/dev/null || missing+=(docker.io)
    for package in mmdebstrap python3-venv iptables ca-certificates make "${test_packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    apt-get update -q
    # Debian starts what it installs: here the engine is started below, and the tests' slapd is theirs alone
    local policy=/usr/sbin/policy-rc.d ours=1
    [ -e $policy ] && ours=0 || install -m 0755 <(printf '#!/bin/sh\nexit 101\n') $policy
    { dpkg --configure -a && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"; } \
        && status=0 || status=$?
    [ $ours = 0 ] || rm -f $policy
    return $status
}

engine() {
    docker version >/dev/null 2>&1 && return
    if [ -d /run/systemd/system ]; then systemctl start docker; else
        setsid dockerd >/var/log/datalab-dockerd.log 2>&1 </dev/null & echo $! >/run/datalab-dockerd.pid
    fi
    for _ in $(seq 300); do docker version >/dev/null 2>&1 && return; sleep 0.1; done
    say "Le moteur Docker ne démarre pas ; lisez /var/log/datalab-dockerd.log"; return 1
}

python() {
    local wanted; wanted=$(sha256sum "$source/requirements/$kind.txt" "$source/requirements/demo.txt" | sha256sum | cut -c1-16)
    [ "$(cat "$program/venv/.requirements" 2>/dev/null)" = "$wanted" ] && return
    mkdir -p "$program"; chmod 0755 "$program"
    rm -rf "$program/venv"
    /usr/bin/python3 -m venv "$program/venv"
    local -a files=(-r "$source/requirements/$kind.txt")
    [ "$kind" = hub ] && files+=(-r "$source/requirements/demo.txt")
    "$program/venv/bin/pip" install --quiet --no-deps --require-hashes "${files[@]}"
    echo "$wanted" >"$program/venv/.requirements"
}

program() {
    local wanted; wanted=$(cd "$source" && cat pyproject.toml $(git ls-files -co --exclude-standard policies hub onboarding 2>/dev/null || find policies hub onboarding -type f ! -name '*.pyc') 2>/dev/null | sha256sum | cut -c1-16)
    [ "$(cat "$program/venv/.program" 2>/dev/null)" = "$wanted" ] && return
    local copy; copy=$(mktemp -d)
    cp -r "$source"/{pyproject.toml,README.md,policies,hub,onboarding} "$copy"
    "$program/venv/bin/pip" install --quiet --no-deps --no-build-isolation --no-index --force-reinstall "$copy"
    rm -rf "$copy"
    echo "$wanted" >"$program/venv/.program"
}

settings() {
    cmp -s "$values" "$program/values.yaml" || install -m 0644 "$values" "$program/values.yaml"
    printf '#!/bin/sh\nDATALAB_VALUES=%s exec %s -I -m onboarding.cli "$@"\n' \
        "$program/values.yaml" "$program/venv/bin/python" >"$program/datalab.new"
    chmod 0755 "$program/datalab.new"; mv "$program/datalab.new" "$program/datalab"
}

# in one piece, so that a change of this file while it runs changes nothing
main() {
    say "Datalab : installation"
    [ "${SKIP_PACKAGES:-}" = 1 ] || step "Paquets Debian" packages
    step "Moteur Docker" engine
    step "Environnement Python" python
    step "Programme" program
    step "Réglages" settings
    [ "$verb" = install ] && return

    values=$program/values.yaml
    run() { "$program/venv/bin/python" -I -m "$@"; }
    mkdir -p "$state"; chmod 0711 "$state"
    say "Datalab : images"
    /usr/bin/python3 "$source/images/build.py" --out "$state/images.json"
    say "Datalab : démarrage"
    run hub.launch prepare --values "$values" --source "$source"
    /usr/bin/python3 "$source/images/build.py" extract assets /communes.json "$state/demo/communes.json" >"$log" 2>&1 || { cat "$log"; exit 1; }
    run onboarding.demo directory --values "$values"
    run hub.launch directory --values "$values"
    run onboarding.demo register --values "$values"
    run hub.launch start --values "$values"
    now=$(date +%s%N)
    run onboarding.demo accounts --values "$values"
    say ""
    say "Adresse : $(setting scheme)://$(setting public_host):$(setting public_port)   (par exemple avec le compte c.martin)"
    say "Second facteur : $(setting scheme)://$(setting identity_host):$(setting public_port)"
    printf 'Prêt en %d s.\n' $(((now - begun) / 1000000000))
}

main
