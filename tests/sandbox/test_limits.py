"""What a submission may use in its box, and how it is told that it used more."""

import itertools
import time
from dataclasses import replace

import pytest

from autograder.config import MIB, NUMPY
from autograder.sandbox import Box, BoxEnded, Ending, Sandbox
from tests.sandbox.boxes import QUICK, call, evaluate, raises, run


def test_tmp_is_bounded(box: Box) -> None:
    assert raises(box, "open('/tmp/big', 'wb').write(bytes(80 << 20))") == "OSError"
    halves = "[open(f'/tmp/{name}', 'wb').write(bytes(40 << 20)) for name in 'ab']"
    assert raises(box, halves) == "OSError", "not only each file, but all of them"
    assert raises(box, "open('/dev/shm/big', 'wb').write(bytes(4 << 20))") == "OSError"


def test_memory_is_bounded(box: Box) -> None:
    assert raises(box, "bytearray(3 << 30)") == "MemoryError"


def test_open_files_and_threads_are_bounded(box: Box) -> None:
    assert raises(box, "[open('/dev/null') for _ in range(999)]") == "OSError"
    threads = (
        "import threading, time\n"
        "threading.stack_size(1 << 16)  # so that it is not memory that ends this\n"
        "started = 0\n"
        "try:\n"
        "    while started < 999:\n"
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "        started += 1\n"
        "except RuntimeError: pass"
    )
    assert 0 < evaluate(box, threads, "started") < QUICK.threads


def test_endless_loop_is_a_timeout(box: Box) -> None:
    with pytest.raises(BoxEnded, match="still computing") as ended:
        box.ask({"op": "cell", "source": "while True: pass", "number": 1}, cpu_s=0.3)
    assert ended.value.ending is Ending.TIMEOUT


def test_processor_time_is_known_while_it_runs_and_afterwards(box: Box) -> None:
    run(box, "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass")
    used = box.cpu_s
    assert 0.2 <= used < 5
    with pytest.raises(BoxEnded):
        run(box, "import os\nos._exit(0)")
    assert box.cpu_s > used


def test_sleeper_is_a_timeout(box: Box) -> None:
    with pytest.raises(BoxEnded, match="did nothing") as ended:
        run(box, "import time; time.sleep(1000)")
    assert ended.value.ending is Ending.TIMEOUT


def test_total_processor_time_is_bounded_by_the_kernel(tiered: Sandbox) -> None:
    box = tiered.spawn(NUMPY, replace(QUICK, total_cpu_s=1))
    with pytest.raises(BoxEnded, match="processor time in all") as ended:
        box.ask({"op": "cell", "source": "while True: pass", "number": 1}, cpu_s=5)
    box.close()
    assert ended.value.ending is Ending.TIMEOUT


def test_many_short_sleeps_are_bounded_in_all(tiered: Sandbox) -> None:
    box = tiered.spawn(NUMPY, replace(QUICK, total_idle_s=1.0))
    run(box, "import time")

    def sleep_often() -> None:
        for _ in range(9):
            run(box, "time.sleep(0.5)")

    with pytest.raises(BoxEnded, match="in all") as ended:
        sleep_often()
    box.close()
    assert ended.value.ending is Ending.TIMEOUT


def test_clock_that_leaps_ahead_is_no_timeout(
    tiered: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the grader was stopped, or the whole machine, while the submission napped."""
    box = tiered.spawn(NUMPY)

    class Leaping:
        clock_gettime, looks = staticmethod(time.clock_gettime), itertools.count()

        def monotonic(self) -> float:
            return time.monotonic() + (3600 if next(self.looks) >= 3 else 0)

    monkeypatch.setattr("autograder.sandbox.clock.time", Leaping())
    run(box, "import time; time.sleep(0.4)")
    box.close()


def test_output_flood_is_cut_and_is_no_timeout(box: Box) -> None:
    answer = run(box, "for _ in range(2000): print('x' * 10_000)")
    assert answer["error"] is None
    assert 0 < len(box.take_output()) <= QUICK.output_bytes


def test_bytes_that_keep_dripping_in_do_not_stop_the_clock(box: Box) -> None:
    drip = (
        "import os, struct, time\nos.write(3, struct.pack('<IQ', 8 << 20, 0))\n"
        "while True:\n    os.write(3, b' ')\n    time.sleep(0.01)"
    )
    with pytest.raises(BoxEnded, match="did nothing"):
        run(box, drip)


def test_reply_too_large_ends_the_submission(tiered: Sandbox) -> None:
    box = tiered.spawn(NUMPY, replace(QUICK, reply_bytes=1 * MIB))
    run(box, "import numpy as np\ndef big(): return np.zeros(1 << 20)")
    with pytest.raises(BoxEnded, match="far too large"):
        call(box, "big")
    box.close()
