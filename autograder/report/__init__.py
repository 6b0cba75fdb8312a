"""Trusted side. Shows results to people; whatever a student wrote is escaped."""
