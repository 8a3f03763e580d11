#!/bin/sh
# Leaves of the libraries what a workspace uses, and everything in it already compiled: a read-only root compiles nothing.
set -eu
cd /opt/workspace
rm -rf etc/jupyter/jupyter_server_config.d etc/jupyter/jupyter_notebook_config.d etc/jupyter/nbconfig
rm -rf share/jupyter/labextensions/@jupyter-notebook
for package in pandas sklearn scipy statsmodels pyarrow; do
    find "lib/python3.11/site-packages/$package" -type d -name tests -prune -exec rm -rf {} +
done
rm -f lib/python3.11/site-packages/distutils-precedence.pth
find . -name '*.js.map' -delete
# sources for other versions of Python do not compile, and are never imported
bin/python -I -m compileall -q -j 0 --invalidation-mode unchecked-hash lib >/tmp/compile.log 2>&1 || true
