"""The only process that sees a password or holds the signing key; it imports nothing of JupyterHub."""
