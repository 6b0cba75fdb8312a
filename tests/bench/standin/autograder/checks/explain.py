"""Stands for the engine's module in a rival's kernel, where nothing has to be kept secret."""


def explain_opaque(type_name: str) -> str:
    return type_name


def explain_shape(shape: tuple[int, ...]) -> str:
    return f"shape {shape}"
