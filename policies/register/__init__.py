"""The facts about this datalab's projects; read here, written by `onboarding.writing` alone."""
