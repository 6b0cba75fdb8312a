"""Both sides. What can go wrong: each message states the fact and the remedy."""


class AutograderError(Exception):
    """Ends a command with `exit_code` and one message; never a traceback."""

    exit_code = 2


class CourseError(AutograderError):
    """The course folder, an assignment or the command line is not as it must be."""


class HiddenCheckError(CourseError):
    """The hidden checks of a task cannot be used as they are."""


class DataError(AutograderError):
    """A data set that a task is judged on is not here, or is not what it was."""


class NotebookError(AutograderError):
    """A notebook cannot be read. In a batch this is one submission's result, not the end."""

    exit_code = 1


class OtherKernelError(NotebookError):
    """A submitted notebook is in another language, and the course names none."""


class GradebookError(AutograderError):
    """nbgrader or its database refused; the stored results are safe."""

    exit_code = 1


class GradebookUnavailable(GradebookError):  # noqa: N818
    """The gradebook's server does not let us in, so nothing is begun."""

    exit_code = 2


class StorageError(AutograderError):
    """A file could not be written; nothing half-written was left behind."""

    exit_code = 1


class Busy(AutograderError):  # noqa: N818
    """Another process works on the same, so nothing is begun."""


class ClusterError(AutograderError):
    """A Dask cluster cannot be used as it is."""


class LabError(AutograderError):
    """A JupyterLab did not start."""


class SandboxUnavailable(AutograderError):  # noqa: N818
    """This machine cannot isolate student code, so nothing is run."""

    exit_code = 3


class SandboxFault(Exception):  # noqa: N818
    """The sandbox broke by itself: our fault, never the student's mark."""
