"""Every quiz, shown by its release cell in a real browser: each answer brings its own feedback."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from IPython.display import Javascript

from autograder.quiz import cell_source, read_quiz
from tests.browser.conftest import QUIET, chromium
from tests.conftest import PATIENCE_S, ROOT

FILES = sorted((ROOT / "quizzes").glob("*.json"))

# Gives every answer of every question, as a student would, and writes down what is not as it
# should be. `QUESTIONS` stands for the questions of all quizzes on the page.
STUDENT = """
const report = [], questions = QUESTIONS;
const cards = [...document.querySelectorAll('div.Quiz')];
const kinds = {multiple_choice: 'MultipleChoiceQn', many_choice: 'ManyChoiceQn',
               numeric: 'NumericQn', string: 'StringQn'};
if (cards.length !== questions.length) report.push(`${cards.length} cards`);
cards.forEach((card, n) => {
  const asked = questions[n];
  const expect = (fact, value, due) => {
    if (value !== due) report.push(`${asked.question}: ${fact}: ${value}, not ${due}`);
  };
  expect('text', card.querySelector('[id^=quizQn]').textContent, asked.question);
  expect('kind', card.querySelector('[id^=Outerquiz]').className, kinds[asked.type]);
  const field = card.querySelector('input.Input-text');
  const feedback = card.querySelector('.Feedback');
  if (asked.code) expect('code', card.querySelector('code').textContent, asked.code);
  for (const answer of asked.answers) {
    if (field) {
      const other = asked.type === 'numeric' ? '987654' : 'something else';
      field.value = String(answer.answer ?? answer.value ?? other);
      field.onkeypress({which: 13, keyCode: 13});
    } else {
      const buttons = [...card.querySelectorAll('label.MCButton')];
      buttons.find(b => b.querySelector('span').textContent === answer.answer).click();
    }
    const shown = feedback.textContent.replace(/ \\[\\d+\\/\\d+\\]$/, '');
    expect('feedback', shown, answer.feedback);
    expect('colour', feedback.classList.contains('correct'), Boolean(answer.correct));
  }
});
document.body.textContent = 'REPORT ' + JSON.stringify(report) + ' END';
"""


def test_every_answer_of_every_quiz_brings_its_own_feedback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: list[str] = []
    monkeypatch.setattr("jupyterquiz.dynamic.display.display", lambda o: page.append(html(o)))
    quizzes = [read_quiz(path) for path in FILES]
    for quiz in quizzes:
        random.seed(1)  # as keras.utils.set_random_seed does
        exec(cell_source(quiz), {})
    student = STUDENT.replace("QUESTIONS", json.dumps([q for quiz in quizzes for q in quiz]))
    page.append(f"<script>setTimeout(() => {{ {student} }}, 1000)</script>")
    path = tmp_path / "page.html"
    path.write_text(f'<meta charset="utf-8"><body>{"".join(page)}', encoding="utf-8")
    seen = in_browser(path, tmp_path)
    assert "REPORT " in seen, "the page's script ended early"
    assert json.loads(seen.partition("REPORT ")[2].partition(" END")[0]) == []


def html(output: Any) -> str:
    """What a notebook makes of an output of jupyterquiz."""
    if isinstance(output, Javascript):
        return f"<script>{output.data}</script>"
    return f"{output.data}</div>"  # jupyterquiz leaves its element open; an output area ends it


def in_browser(page: Path, home: Path) -> str:
    """The document after its scripts have run."""
    command = [chromium(), "--headless", *QUIET, "--dump-dom"]
    settings = [f"--user-data-dir={home / 'profile'}", "--virtual-time-budget=5000"]
    done = subprocess.run(
        [*command, *settings, page.as_uri()], capture_output=True, text=True, timeout=PATIENCE_S
    )
    return done.stdout
