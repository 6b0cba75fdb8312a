"""Trusted side. Why a file of Keras was not loaded; a stranger's file, read as bounded data."""

import io
import json
import re
import zipfile
import zlib
from importlib.metadata import PackageNotFoundError, version

from autograder.checks.failure import StudentFailure
from autograder.result import Outcome

_MAX_BYTES = 64 << 10
_HDF5 = b"\x89HDF\r\n\x1a\n"
_VERSION = re.compile(r"\d{1,4}(?:\.[\w+-]{1,20}){1,4}", re.ASCII)


def why_not_loaded(name: str, content: bytes, failure: StudentFailure) -> StudentFailure:
    """What to say instead of `failure`, with which the file `name` was not loaded.

    A file of another version may be right where it was made: that is a doubt, no mistake. What it
    says of its version may be a lie, and earns nothing but a person's look at it.
    """
    if failure.outcome is not Outcome.RAISED:
        return failure
    if content.startswith(_HDF5):
        why = (
            f"{name} is an HDF5 file, as older versions of Keras write it, or as weights alone are "
            f"saved; the grader has Keras {_ours()} and reads what `model.save` writes there"
        )
        return StudentFailure(Outcome.RAISED, f"{why}.", doubt=why)
    theirs, ours = version_in(content), _ours()
    if theirs and ours and theirs != ours:
        why = (
            f"{name} was saved with Keras {theirs}; the grader has Keras {ours} and cannot load it"
        )
        return StudentFailure(Outcome.RAISED, f"{why}.", doubt=why)
    return StudentFailure(
        Outcome.RAISED,
        f"{failure.message} when it was loaded. Does the file fit the classes of the notebook as "
        "they are now, and does each `get_config` have all that its `__init__` needs? Train the "
        "model and save it again.",
    )


def version_in(content: bytes) -> str:
    """The version of Keras that a `.keras` file says it is of; empty if it says none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("metadata.json") as file:
            said = json.loads(file.read(_MAX_BYTES))
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RecursionError):
        return ""
    except (OSError, EOFError, NotImplementedError, RuntimeError):  # a zip of an unusual kind
        return ""
    found = said.get("keras_version") if type(said) is dict else None
    return found if type(found) is str and _VERSION.fullmatch(found) else ""


def _ours() -> str:
    try:
        return version("keras")
    except PackageNotFoundError:
        return ""
