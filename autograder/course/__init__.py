"""Trusted side. What the instructor wrote: assignments, notebooks, data, files that are kept."""
