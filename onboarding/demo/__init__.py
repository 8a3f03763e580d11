"""An invented datalab for trying everything: people, register, datasets, and a guided tour."""
