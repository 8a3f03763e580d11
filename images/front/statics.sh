#!/bin/sh
# statics.sh PACKAGE DESTINATION: of the State's design system, what a page asks for; compressed once, here.
set -eu
package=$1 destination=$2
mkdir -p "$destination/dsfr/utility" "$destination/datalab"
cd "$package/dist"
cp dsfr.min.css dsfr.print.min.css dsfr.module.min.js dsfr.nomodule.min.js "$destination/dsfr/"
cp utility/utility.min.css "$destination/dsfr/utility/"
cp -r favicon fonts icons artwork "$destination/dsfr/"
cp "$package/LICENSE.md" "$destination/dsfr/"
find "$destination" -type f \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -exec gzip -9 -k -n {} +
find "$destination" -type d -exec chmod 0755 {} +
find "$destination" -type f -exec chmod 0644 {} +
