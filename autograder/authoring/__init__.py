"""Trusted side. For whoever writes assignments: bank, gate, reference and thresholds."""
