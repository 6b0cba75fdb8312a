"""Trusted side. How `nbgrader_config.py` plugs the engine into nbgrader.

Without nbgrader, which takes seconds to import: many programs only read the configuration.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from traitlets.config import Config

from autograder.errors import CourseError

_EXCHANGE = "autograder.gradebook.exchange"
_FORMULAS = "autograder.gradebook.formulas"
_HERE = "autograder.gradebook.preprocessors"
GRADE_SEALED = f"{_HERE}.GradeSealed"


def plug_in(config: Config, root: Path) -> None:
    """Set what the engine needs; everything else stays the instructor's to choose."""
    config.merge(settings(root))
    if "nbgrader" in sys.modules:  # else nothing runs that would have to be guarded
        # Not at the top: it imports all of nbgrader.
        from autograder.gradebook.guards import guard_nbgrader  # noqa: PLC0415

        guard_nbgrader()


def settings(root: Path) -> Config:
    """What `plug_in` sets. It changes nothing by itself.

    The lists are whole, since nbgrader replaces its own by them.
    """
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = own_gradebook(root)
    config.CourseDirectory.ignore = [
        ".ipynb_checkpoints",
        "*.pyc",
        "__pycache__",
        "feedback",
    ]
    config.ExchangeFactory.collect = f"{_EXCHANGE}.CollectOrdinaryFiles"
    config.ExchangeFactory.list = f"{_EXCHANGE}.ListOrdinarySubmissions"
    config.ExchangeFactory.release_feedback = f"{_EXCHANGE}.ReleaseEachFeedback"
    _build_releases(config)
    _make_pages(config)
    _grade_sealed(config)
    return config


def own_gradebook(root: Path) -> str:
    """The address of a gradebook in the course's folder."""
    # Two graders may meet: wait for the other's write instead of failing after 5 seconds.
    return f"sqlite:///{root / 'gradebook.db'}?timeout=60"


def _build_releases(config: Config) -> None:
    config.GenerateAssignment.exporter_class = "autograder.gradebook.building.ReleaseExporter"
    config.GenerateAssignment.preprocessors = [
        f"{_HERE}.EmbedModules",
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "nbgrader.preprocessors.LockCells",
        "nbgrader.preprocessors.ClearSolutions",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.SaveCells",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]


def _make_pages(config: Config) -> None:
    config.GenerateFeedback.exporter_class = "autograder.gradebook.feedback.FeedbackExporter"
    config.GenerateFeedback.preprocessors = [f"{_HERE}.GetOpenGrades"]
    nbgrader = find_spec("nbgrader")  # found without the seconds that its import takes
    if nbgrader is None or nbgrader.origin is None:
        raise CourseError("nbgrader is not installed; run 'make install'")
    config.HTMLExporter.extra_template_basedirs = [
        str(Path(__file__).parent / "templates"),  # pages that load nothing from the internet
        str(Path(nbgrader.origin).parent / "server_extensions" / "formgrader" / "templates"),
    ]
    config.HTMLExporter.filters = {
        "markdown2html": f"{_FORMULAS}.markdown2html",
        "highlight_code": "autograder.gradebook.highlighting.highlight_code",
    }


def _grade_sealed(config: Config) -> None:
    config.Autograde.exporter_class = f"{_HERE}.MendingExporter"
    config.Autograde.sanitize_preprocessors = [
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.DeduplicateIds",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.OverwriteCells",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    config.Autograde.autograde_preprocessors = [
        GRADE_SEALED,
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        f"{_HERE}.SaveSealedGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
