"""Trusted side. Arguments in, one call, an exit code out."""
