"""Trusted side. For authors of assignments: bank, gate, reference and thresholds."""
