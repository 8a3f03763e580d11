"""The second lock: root, alone with Docker, judging again what the hub asks. Imports no jupyterhub.

`judging` and `host` stand below; `lifecycle` makes and ends one workspace with both; `watching` ends what lost its
right; `calling` answers the hub. `assemble` puts them together, `main` is the process.
"""
