"""What stops a delivery; the text is for the producer and whoever receives it."""

from __future__ import annotations

from policies.errors import DatalabError


class DeliveryError(DatalabError):
    """Raised when a delivery cannot go on as it is: says what is wrong and what to do."""
