#!/bin/sh
# Our own part, compiled and checked: a library that does not import refuses the image.
set -eu
cd /opt/workspace
chmod 0755 bin/datalab-workspace bin/datalab-run
bin/python -I -m compileall -q -f --invalidation-mode unchecked-hash lib/python3.11/site-packages/datalab_workspace
# says that nothing is to be migrated: at each start of a home that IPython used, Jupyter would try, and fail on a read-only root
touch etc/jupyter/migrated
# JupyterLab looks for an extension's version beside its settings
cp share/jupyter/labextensions/datalab-workspace/package.json share/jupyter/labextensions/datalab-workspace/schemas/datalab-workspace/package.json.orig
bin/python -I -m datalab_workspace.checks
