"""Stands for the engine's module in a rival's kernel, where nothing has to be kept secret."""


def explain_opaque(type_name):
    return type_name


def explain_shape(shape):
    return f"shape {shape}"
