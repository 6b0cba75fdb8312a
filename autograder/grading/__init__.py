"""Trusted side. Submissions to results: one or many, here or on other machines."""
