"""Where people open their workspaces: sign-in, pages, spawner, guard."""
