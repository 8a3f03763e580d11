"""Tickets and approvals are signed by the sign-in process alone; everyone else verifies here."""
