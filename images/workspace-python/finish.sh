#!/bin/sh
# Leaves in the environment what a workspace uses, and everything in it already compiled: a read-only root compiles nothing.
set -eu
cd /opt/workspace
chmod 0755 bin/datalab-workspace
rm -rf etc/jupyter/jupyter_server_config.d etc/jupyter/jupyter_notebook_config.d etc/jupyter/nbconfig
rm -rf share/jupyter/labextensions/@jupyter-notebook
find lib -name '*.dist-info' -prune -o -type d \( -name tests -o -name test \) -path '*/site-packages/*' \
    \( -path '*/pandas/*' -o -path '*/sklearn/*' -o -path '*/scipy/*' -o -path '*/statsmodels/*' -o -path '*/pyarrow/*' \) \
    -prune -exec rm -rf {} +
rm -f lib/python3.11/site-packages/distutils-precedence.pth
find . -name '*.js.map' -delete
bin/python -I -m compileall -q -j 0 --invalidation-mode unchecked-hash lib >/tmp/compile.log 2>&1 || true
bin/python -I -m compileall -q -f --invalidation-mode unchecked-hash lib/python3.11/site-packages/datalab_workspace
bin/python -I -m datalab_workspace.checks
