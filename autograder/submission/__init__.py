"""Trusted side. What a stranger handed in; it is read and mended here, never run."""
