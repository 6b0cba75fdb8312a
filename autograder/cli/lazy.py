"""Trusted side. A group of commands that imports a command's module only when it is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True, kw_only=True)
class Lazy:
    """A command that is a function of its own name in `module`, and what `--help` says of it."""

    module: str
    summary: str


class LazyGroup(click.Group):
    """Lists its commands without importing them."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In alphabetical order."""
        return sorted([*super().list_commands(ctx), *self.lazy])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, or None if there is none of this name."""
        if name not in self.lazy:
            return super().get_command(ctx, name)
        command: click.Command = getattr(import_module(self.lazy[name].module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click, with the summaries for the commands themselves."""
        summaries = {
            name: click.Command(name, help=lazy.summary) for name, lazy in self.lazy.items()
        }
        click.Group(commands={**self.commands, **summaries}).format_commands(ctx, formatter)
