"""JupyterHub reads this file; `DATALAB_VALUES` names values.yaml."""

from hub.configure import configure
from hub.desk import the_desk

configure(get_config(), the_desk().values)  # type: ignore[name-defined]  # noqa: F821 - JupyterHub provides it
