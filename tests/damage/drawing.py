"""Draws damaged submissions."""

from hypothesis import strategies as st

from tests.damage import of_cells, of_files  # noqa: F401 - they fill WAYS
from tests.damage.case import BYTES, CELLS, NOTEBOOK, STAGES, TEXT, WAYS, Damage, Damaged


def damaged() -> st.SearchStrategy[Damaged]:
    """Several damages, one after the other; perhaps none."""
    drawn = {stage: st.one_of(WAYS[stage]) for stage in STAGES}

    def rarely(stage: str) -> st.SearchStrategy[list[Damage]]:
        """Most of what happens to a whole file leaves nothing to read, so it is one case in ten."""
        one = st.tuples(drawn[stage]).map(list)
        return st.integers(0, 9).flatmap(lambda number: one if number == 9 else st.just([]))

    return st.builds(
        Damaged,
        to_cells=st.lists(drawn[CELLS], max_size=6),
        to_notebook=st.lists(drawn[NOTEBOOK], max_size=2),
        to_text=rarely(TEXT),
        to_bytes=rarely(BYTES),
    )


def each_way() -> list[st.SearchStrategy[Damaged]]:
    """For every way, a submission with this damage alone."""
    return [
        st.builds(Damaged, **{f"to_{stage}": st.tuples(way).map(list)})
        for stage in STAGES
        for way in WAYS[stage]
    ]
