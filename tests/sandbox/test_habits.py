"""What works in Jupyter works in a box, or says that there is none here and goes on."""

from collections.abc import Iterator

import pytest

from autograder.config import NUMPY
from autograder.sandbox import Box, Sandbox
from tests.sandbox.boxes import call, evaluate, raises, run

# One process is all that there is, so these become threads or are left out.
IDIOMS = {
    "a shell line": "!nvidia-smi\nx = 1",
    "the output of a shell line": "listed = !ls\nx = 1 if listed == [] else 0",
    "an installation": "%pip install --quiet pandas\nx = 1",
    "an installation with conda": "%conda install pandas\nx = 1",
    "os.system's way in IPython": "get_ipython().system('ls')\nx = 1",
    "await": "import asyncio\nasync def f(): return 1\nx = await f()",
    "await that waits": "import asyncio\nawait asyncio.sleep(0.01)\nx = 1",
    "a loop of its own": "import asyncio\nasync def f(): return 1\nx = asyncio.run(f())",
    "async for": "async def g():\n    yield 1\nx = [i async for i in g()][0]",
    "a pool": "import multiprocessing as mp\nwith mp.Pool(2) as pool: x = pool.map(abs, [-1])[0]",
    "a pool that forks": "import multiprocessing as mp\n"
    "with mp.get_context('fork').Pool(1) as pool: x = pool.map(abs, [-1])[0]",
    "an executor": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor() as pool: x = list(pool.map(abs, [-1]))[0]",
    "a pool of joblib": "from joblib import Parallel, delayed\n"
    "x = Parallel(n_jobs=2)(delayed(abs)(i) for i in [-1, -2])[0]",
    "a file": "open('x.txt', 'w').write('1')\nx = int(open('x.txt').read())",
    "a folder": "import os\nos.makedirs('a/b', exist_ok=True)\n%cd a\nx = 1",
}


@pytest.fixture(scope="module")
def box(sandbox: Sandbox) -> Iterator[Box]:
    opened = sandbox.spawn(NUMPY)
    yield opened
    opened.close()


@pytest.mark.parametrize("source", IDIOMS.values(), ids=IDIOMS)
def test_idiom_of_jupyter_gives_what_it_is_for(box: Box, source: str) -> None:
    assert evaluate(box, f"x = 0\n{source}", "x") == 1


def test_shell_line_says_that_it_was_left_out(box: Box) -> None:
    for cell in ("!nvidia-smi", "%pip install pandas", "%%bash\nls"):
        run(box, cell)
        assert "There is no shell in the grader; left out:" in box.take_output()


def test_module_that_a_cell_writes_can_be_imported_by_the_next(box: Box) -> None:
    run(box, "%%writefile written_here.py\ndef one(): return 1")
    assert evaluate(box, "from written_here import one", "one()") == 1


@pytest.mark.parametrize(
    "start",
    [
        "__import__('subprocess').run(['ls'])",
        "__import__('os').fork()",
        "__import__('multiprocessing').Process(target=print).start()",
    ],
)
def test_process_that_is_started_all_the_same_is_told_why_not(box: Box, start: str) -> None:
    assert raises(box, start) == "PermissionError"
    error = call(box, "attempt_")["error"]
    assert error["message"] == "the grader's sandbox starts no other process"


def test_array_of_python_numbers_comes_out_as_they_are(box: Box) -> None:
    assert evaluate(box, "import numpy as np", "np.array([[1.5], [2]], object)") == [[1.5], [2]]


def test_float_of_more_than_64_bits_comes_out_as_one_of_64(box: Box) -> None:
    assert evaluate(box, "import numpy as np", "np.longdouble(1.5)") == 1.5
    assert evaluate(box, "import numpy as np", "np.ones(2, np.longdouble)").tolist() == [1, 1]
