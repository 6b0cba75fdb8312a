from __future__ import annotations


def dot_scores(query: np.ndarray, keys: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Return scale * (query . key) for every time step."""
    return scale * np.einsum("bd,btd->bt", query, keys, optimize=True)
