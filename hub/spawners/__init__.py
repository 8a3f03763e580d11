"""What JupyterHub calls to start and stop a workspace: through the guard, which judges again."""
