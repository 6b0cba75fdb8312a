"""Trusted side. The kit to try: a simulated class, and a JupyterLab for each role."""
