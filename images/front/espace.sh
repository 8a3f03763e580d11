#!/bin/sh
# espace.sh JUPYTER SERVER DESTINATION: what JupyterLab is made of, as the image of workspaces has it; compressed once, here.
set -eu
jupyter=$1 server=$2 destination=$3
mkdir -p "$destination/static" "$destination/lab/api" "$destination/kernelspecs"
cp -r "$server"/favicons "$server"/logo "$server"/style "$destination/static/"
cp "$server/favicon.ico" "$destination/"
cp -r "$jupyter/lab/static" "$destination/static/lab"
cp -r "$jupyter/labextensions" "$destination/lab/extensions"
cp -r "$jupyter/lab/themes" "$destination/lab/api/themes"
cp -r "$jupyter"/kernels/* "$destination/kernelspecs/"
# what a page asks for, and nothing that says how it was made
find "$destination" -type f \( -name '*.map' -o -name '*.html' -o -name '*.eot' -o -name '*.json' -o -name '*.orig' \) -delete
find "$destination" -depth -type d -empty -delete
find "$destination" -type f \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -exec gzip -9 -k -n {} +
find "$destination" -type d -exec chmod 0755 {} +
find "$destination" -type f -exec chmod 0644 {} +
