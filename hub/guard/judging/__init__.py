"""The second judgement: own sources, own decision, own rendering, nevers."""
