"""Trusted side. Everything that imports nbgrader."""
