"""Trusted side. The gradebook's database: whether it answers, what its errors mean, who writes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from autograder.course.storage import LOCKS, holding
from autograder.errors import GradebookUnavailable

_CONFIG = "db_url in nbgrader_config.py"
# Two graders met, and the other one was first: what failed now succeeds when it is done again.
_PASSING = re.compile(
    r"database is locked|UNIQUE constraint failed|table \S+ already exists"
    r"|errors\.(?:UniqueViolation|DuplicateTable|DeadlockDetected|SerializationFailure)"
)
_KNOWN = [
    (r"database is locked", "the gradebook is locked by another program; close it"),
    (
        r"no password supplied|(?:password|Peer|Ident) authentication failed",
        f"the gradebook's server refuses the user or the password; correct {_CONFIG}",
    ),
    (
        r"role \"([^\"]*)\" does not exist",
        f"the gradebook's server has no user '{{0}}'; create it or correct {_CONFIG}",
    ),
    (
        r"database \"([^\"]*)\" does not exist",
        f"the gradebook's server has no database '{{0}}'; create it or correct {_CONFIG}",
    ),
    (
        r"permission denied for (?:schema|database) (\S+)",
        "the gradebook's user may not make tables in '{0}'; make it the database's owner",
    ),
    (
        r"Is the server running|Connection refused|could not translate host name|timeout expired"
        r"|Connection timed out|server closed the connection|terminating connection",
        f"the gradebook's server does not answer; start it or correct {_CONFIG}",
    ),
    (_PASSING.pattern, "another grader writes the same rows; wait for it"),
]


def reach(db_url: str) -> None:
    """Ask a server for a connection before anything is graded. SQLite is a file and needs none.

    Raises:
        GradebookUnavailable: with the fact and the remedy, and never with the password.
    """
    try:
        url = make_url(db_url)
        if url.get_backend_name() == "sqlite":
            return
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        raise GradebookUnavailable(
            f"{_CONFIG} asks for the driver '{error.name}', which is not installed; for PostgreSQL "
            "run 'pip install psycopg2-binary' and begin the address with postgresql+psycopg2://"
        ) from None
    except (ArgumentError, ValueError):
        raise GradebookUnavailable(
            f"{_CONFIG} is not the address of a database; write it like "
            "postgresql+psycopg2://USER:PASSWORD@HOST/DATABASE"
        ) from None
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        text = str(error)
        why = explain(text) or f"the gradebook's server refuses: {text.splitlines()[0]}"
        if url.password:
            why = why.replace(str(url.password), "***")
        raise GradebookUnavailable(why) from None
    finally:
        engine.dispose()


def explain(text: str) -> str | None:
    """What an error of a database means, and the remedy; None if it is not a known one."""
    for pattern, meaning in _KNOWN:
        found = re.search(pattern, text)
        if found:
            return meaning.format(*found.groups())
    return None


def passes(text: str) -> bool:
    """Whether the same work may succeed when it is done again."""
    return _PASSING.search(text) is not None


@contextmanager
def only_writer(root: Path, student: str) -> Iterator[None]:
    """Wait for other graders on this machine that write the same student's rows and files.

    nbgrader removes a student's folder and makes it again: two at once would tear it apart.
    """
    with holding(root / LOCKS / f"{student}.lock"):
        yield
