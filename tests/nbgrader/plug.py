"""A plugin of pytest: each `nbgrader_config.py` that is read also plugs the engine in.

What the file itself says wins, as in a course whose configuration calls `plug_in` first.
"""

from pathlib import Path

from traitlets.config import Application, Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course.settings import CONFIG_FILE
from autograder.gradebook.course_config import plug_in


class PluggedIn(PyFileConfigLoader):
    """Reads a file as traitlets does, over the settings of the engine."""

    def load_config(self) -> Config:
        """What the file says, over ours."""
        found = super().load_config()
        if Path(self.full_filename).name != CONFIG_FILE:
            return found
        root = found.get("CourseDirectory", {}).get("root")
        whole = Config()
        plug_in(whole, Path(root if isinstance(root, str) else Path.cwd()))
        whole.merge(found)
        self.config = whole
        return whole


def pytest_configure() -> None:
    """Have every program read its configuration so, for this run alone."""
    Application.python_config_loader_class = PluggedIn
