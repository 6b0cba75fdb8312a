"""Grades a class with `otter run`, several at a time, each ended after a while.

Otter sets no limit on a notebook's time outside its containers. Prints JSON: the seconds of each,
None for one that had to be ended.
"""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # in a jail nobody installed the tests

from tests.bench.metered import end_tree


def main() -> None:
    job = json.loads(sys.argv[1])
    with ThreadPoolExecutor(job["jobs"]) as pool:
        seconds = list(pool.map(lambda path: one(job, Path(path)), job["submissions"]))
    print(json.dumps(seconds))


def one(job: dict[str, Any], submission: Path) -> float | None:
    """Seconds, or None if it had to be ended."""
    start, out = time.perf_counter(), submission.parent / "results"
    out.mkdir(exist_ok=True)
    command = [job["otter"], "run", str(submission), "-a", job["zip"], "-o", str(out), "--no-logo"]
    with (out / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=submission.parent, stdout=log, stderr=log)
        try:
            process.wait(job["timeout_s"])
        except subprocess.TimeoutExpired:
            end_tree(process.pid)
            process.wait()
            return None
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
