"""One function per verb, taking actor and reason; each writes through `onboarding.writing` alone."""
