"""Trusted side. The numbers on formgrader's pages: those of export and feedback.

nbgrader's own sums know no late penalty, count what waits for a person, and divide by all who
handed in.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Notebook, SubmittedNotebook
from nbgrader.apps.api import NbGraderAPI

from autograder.gradebook.standing import standings
from autograder.report.score import Standing, State, mean

Page = dict[str, Any]
_KINDS = ("code", "written", "task")
_get = {name: getattr(NbGraderAPI, name) for name in dir(NbGraderAPI) if name.startswith("get_")}


def agree_with_export() -> None:
    """Let what formgrader's pages ask for say what export and feedback say."""
    for name, ours in _OURS.items():
        setattr(NbGraderAPI, name, ours)


def _assignment(self: NbGraderAPI, assignment_id: str, *args: Any, **kw: Any) -> Page | None:
    found: Page | None = _get["get_assignment"](self, assignment_id, *args, **kw)
    if found is not None:
        with self.gradebook as gradebook:
            everybody = [*standings(gradebook, assignment_id).values()]
            row = _row(gradebook, assignment_id)
            kinds = [_kinds(row, notebook) for notebook in row.notebooks] if row else []
        found["average_score"] = mean(everybody) or 0.0
        known = {name: kind for one in kinds for name, kind in one.items()}
        found |= {f"average_{name}": value for name, value in _means(everybody, known).items()}
    return found


def _notebooks(self: NbGraderAPI, assignment_id: str) -> list[Page]:
    found: list[Page] = _get["get_notebooks"](self, assignment_id)
    with self.gradebook as gradebook:
        row = _row(gradebook, assignment_id)
        if row is None:
            return found
        everybody = standings(gradebook, assignment_id)
        for page in found:
            if page["id"] is None:  # in the source alone
                continue
            notebook = gradebook.find_notebook(page["name"], assignment_id)
            kinds = _kinds(row, notebook)
            less = _penalties(gradebook, notebook)
            graded = [one for one in everybody.values() if one.state is State.GRADED]
            scores = [_less(_sums(one, kinds), less.get(one.student)) for one in graded]
            page["average_score"] = sum(scores) / len(scores) if scores else 0.0
            page |= {f"average_{name}": value for name, value in _means(graded, kinds).items()}
    return found


def _submission(self: NbGraderAPI, assignment_id: str, *args: Any, **kw: Any) -> Page | None:
    found: Page | None = _get["get_submission"](self, assignment_id, *args, **kw)
    return found and _as_standing(self, assignment_id, [found])[0]


def _submissions(self: NbGraderAPI, assignment_id: str) -> list[Page]:
    return _as_standing(self, assignment_id, _get["get_submissions"](self, assignment_id))


def _as_standing(api: NbGraderAPI, assignment_id: str, pages: list[Page]) -> list[Page]:
    """Submissions of one assignment; what is not graded yet has no number that could differ."""
    if not any(page["autograded"] for page in pages):
        return pages
    with api.gradebook as gradebook:
        everybody = standings(gradebook, assignment_id)
        row = _row(gradebook, assignment_id)
        kinds = [_kinds(row, notebook) for notebook in row.notebooks] if row else []
    known = {name: kind for one in kinds for name, kind in one.items()}
    for page in pages:
        if page["autograded"]:
            standing = everybody[page["student"]]
            page |= {**_sums(standing, known), "score": standing.earned}
    return pages


def _notebook_submissions(self: NbGraderAPI, assignment_id: str, notebook_id: str) -> list[Page]:
    pages = _get["get_notebook_submissions"](self, assignment_id, notebook_id)
    return _in_notebook(self, assignment_id, pages)


def _student_notebook_submissions(
    self: NbGraderAPI, student_id: str, assignment_id: str
) -> list[Page]:
    pages = _get["get_student_notebook_submissions"](self, student_id, assignment_id)
    return _in_notebook(self, assignment_id, pages)


def _in_notebook(api: NbGraderAPI, assignment_id: str, pages: list[Page]) -> list[Page]:
    """What was handed in as one of an assignment's notebooks; without an id it is not there."""
    with api.gradebook as gradebook:
        everybody = standings(gradebook, assignment_id)
        row = _row(gradebook, assignment_id)
        for page in pages if row else ():
            if page["id"] is None:
                continue
            notebook = gradebook.find_notebook(page["name"], assignment_id)
            sums = _sums(everybody[page["student"]], _kinds(row, notebook))
            less = _penalties(gradebook, notebook).get(page["student"])
            page |= {**sums, "score": _less(sums, less)}
    return pages


def _student(self: NbGraderAPI, student_id: str, *args: Any, **kw: Any) -> Page | None:
    found: Page | None = _get["get_student"](self, student_id, *args, **kw)
    return found and _in_all(self, [found])[0]


def _students(self: NbGraderAPI) -> list[Page]:
    return _in_all(self, _get["get_students"](self))


def _in_all(api: NbGraderAPI, pages: list[Page]) -> list[Page]:
    """Students, with what they have so far of what could be had for what they handed in."""
    with api.gradebook as gradebook:
        found = [standings(gradebook, assignment.name) for assignment in gradebook.assignments]
    for page in pages:
        own = [one[page["id"]] for one in found if page["id"] in one]
        page["score"] = sum(standing.earned for standing in own)
        page["max_score"] = sum(standing.max_score for standing in own if standing.handed_in)
    return pages


def _row(gradebook: Gradebook, assignment_id: str) -> Assignment | None:
    try:
        return gradebook.find_assignment(assignment_id)
    except MissingEntry:
        return None


def _kinds(assignment: Assignment, notebook: Notebook) -> dict[str, str]:
    """The columns in which a notebook's tasks are counted, by the names they have in a standing."""
    prefix = f"{notebook.name}/" if len(assignment.notebooks) > 1 else ""
    kinds = {
        cell.name: "code" if cell.cell_type == "code" else "written"
        for cell in notebook.grade_cells
    }
    kinds |= {cell.name: "task" for cell in notebook.task_cells}
    return {f"{prefix}{name}": kind for name, kind in kinds.items()}


def _sums(standing: Standing, kinds: Mapping[str, str]) -> dict[str, float]:
    """A student's points by column."""
    sums = {f"{kind}_score": 0.0 for kind in _KINDS}
    for task in standing.tasks:
        if task.name in kinds and task.score is not None:
            sums[f"{kinds[task.name]}_score"] += task.score
    return sums


def _means(everybody: Sequence[Standing], kinds: Mapping[str, str]) -> dict[str, float]:
    """The mean of each column, of those who are graded."""
    sums = [_sums(one, kinds) for one in everybody if one.state is State.GRADED]
    columns = [f"{kind}_score" for kind in _KINDS]
    return {name: sum(one[name] for one in sums) / max(1, len(sums)) for name in columns}


def _penalties(gradebook: Gradebook, notebook: Notebook) -> dict[str, float]:
    rows = gradebook.db.query(SubmittedNotebook).filter(
        SubmittedNotebook.notebook_id == notebook.id
    )
    return {row.student.id: row.late_submission_penalty or 0.0 for row in rows}


def _less(sums: Mapping[str, float], penalty: float | None) -> float:
    """A notebook's points after its penalty, which takes no more than there is."""
    return max(0.0, sum(sums.values()) - (penalty or 0.0))


_OURS: Mapping[str, Callable[..., Any]] = {
    "get_assignment": _assignment,
    "get_notebook_submissions": _notebook_submissions,
    "get_notebooks": _notebooks,
    "get_student": _student,
    "get_student_notebook_submissions": _student_notebook_submissions,
    "get_students": _students,
    "get_submission": _submission,
    "get_submissions": _submissions,
}
