"""What a course's `nbgrader_config.py` changes: settings always, nbgrader itself where it runs."""

import subprocess
import sys

from traitlets.config import Config

from autograder.gradebook.course_config import plug_in, settings
from tests.conftest import ROOT

# In a process of its own, since nbgrader must not be imported yet; one for all, since that takes
# seconds. Each act runs in a fork.
SCRIPT = """
import os, shutil, sys
from pathlib import Path
from autograder.course.settings import read_config
from autograder.gradebook.course_config import settings

os.environ["PATH"] = "/nowhere"
root = Path(sys.argv[1])
config = read_config(root)
assert settings(root) == settings(root)
assert "nbgrader" not in sys.modules

from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory

def guarded():
    methods = CourseDirectory.get_existing_timestamp, NbGraderAPI.get_submitted_timestamp
    ours = [method.__module__.startswith("autograder") for method in methods]
    return [*ours, shutil.which("alembic") is not None]

settings(root), settings(root)
assert guarded() == [False, False, False], "after settings"

for act in (
    lambda: read_config(root),
    lambda: ExchangeFactory(config=config),
    lambda: Autograde(coursedir=CourseDirectory(config=config), config=config),
):
    if os.fork() == 0:
        act()
        os._exit(guarded() != [True, True, True])
    assert os.wait()[1] == 0, act.__code__
"""


def test_nbgrader_is_changed_only_where_it_runs_with_our_configuration() -> None:
    """Not where settings are compared, nor where the configuration alone is read."""
    command = [sys.executable, "-c", SCRIPT, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_plugging_in_sets_the_settings_over_what_is_there() -> None:
    config = Config()
    config.ExchangeFactory.collect = "stock"
    config.Exchange.root = "/exchange"
    plug_in(config, ROOT)
    assert config == settings(ROOT) | {"Exchange": Config(root="/exchange")}
