"""The door: files pass between browsers and workspaces one by one, read strictly, bounded, journaled before they go."""
