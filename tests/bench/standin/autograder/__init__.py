"""Stands for the engine in a rival's kernel: the kit's own texts are copied beside these."""
