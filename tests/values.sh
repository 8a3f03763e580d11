#!/bin/sh
# values.sh [PREFIX [NUMBER]]: values.yaml for an installation of the tests' own, beside any other on this machine:
# its folders and accounts bear PREFIX, its ports and the people of its demo are moved by NUMBER.
set -eu
prefix=${1:-test} number=${2:-1}
sed -e "s#/datalab\b#/datalab-$prefix#g" \
    -e "s#\bdatalab-\(hub\|signin\|door\|front\|turnstile\|directory\)\b#datalab-$prefix-\1#g" \
    -e "s#\b6360\b#$((6360 + number))#g" \
    -e "s#^  public_port: .*#  public_port: $((8000 + 100 * number))#" \
    -e "s#^  seed: .*#  seed: $((6 + number))#" \
    "$(dirname "$0")/../values.yaml"
