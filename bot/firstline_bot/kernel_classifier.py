"""Kernel ridge classifier whose probabilities can be believed."""

from typing import Dict, Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

_BLOCK = 1024
# So many rows, left out one by one, fix a single number well enough.
_JUDGED = 1000


class KernelClassifier:
    """Least squares in the space of one kernel, then one temperature.

    The kernel of two messages is exp(width * (cosine of their vectors - 1)) plus the inner product of their n-grams:
    near neighbours decide where there are some, words where there are none. Least-squares classification with
    kernels: Suykens and Vandewalle, "Least Squares Support Vector Machine Classifiers", Neural Processing Letters 1999.
    """

    def __init__(
        self,
        classes: Sequence[str],
        points: np.ndarray,
        pulls: np.ndarray,
        ngram_weights: np.ndarray,
        prior: np.ndarray,
        width: float,
        temperature: float,
    ) -> None:
        """`points`: (examples, dim), length one; `pulls`: (examples, classes); `ngram_weights`: (n-grams, classes)."""
        self.classes = list(classes)
        # Column by column: one message is multiplied with them in a third of the time.
        self.points = np.asfortranarray(points, dtype=np.float32)
        self._pulls = pulls.astype(np.float32)
        self._ngram_weights = ngram_weights.astype(np.float32)
        self._prior = prior.astype(np.float32)
        self._width = width
        self.temperature = temperature

    @classmethod
    def fit(
        cls,
        dense: np.ndarray,
        sparse: csr_matrix,
        labels: Sequence[str],
        weights: np.ndarray,
        width: float = 2.0,
        smoothing: float = 0.2,
        seed: int = 1,
    ) -> "KernelClassifier":
        """Fit on all rows; `dense` rows have length one, `weights` mean one; `smoothing` is the ridge.

        Takes 4 * rows^2 bytes. The temperature comes from scores of rows that were left out of the fit, which least
        squares give without a second fit: Rifkin and Lippert, "Notes on Regularized Least Squares", MIT 2007.
        Temperature scaling: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
        """
        names, targets = np.unique(np.asarray(labels), return_inverse=True)
        wanted = (targets[:, None] == np.arange(len(names))[None]).astype(np.float32)
        prior = wanted.mean(axis=0)
        kernel = _lower_kernel(dense, sparse, width)
        kernel[np.diag_indices_from(kernel)] += (smoothing / weights).astype(np.float32)
        # The transpose is what LAPACK reads without a copy; its upper half is our lower one.
        factor, _ = cho_factor(kernel.T, lower=False, overwrite_a=True, check_finite=False)
        pulls = cho_solve((factor, False), wanted - prior, check_finite=False)
        judged = np.random.RandomState(seed).permutation(len(targets))[:_JUDGED]
        left_out = wanted[judged] - pulls[judged] / _inverse_diagonal(factor, judged)[:, None]
        temperature = _best_temperature(left_out, targets[judged], weights[judged])
        return cls(names.tolist(), dense, pulls, sparse.T @ pulls, prior, width, temperature)

    def probabilities(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """Return (rows, classes); each row sums to one."""
        near = np.exp(self._width * (dense @ self.points.T - 1.0))
        return _softmax((near @ self._pulls + sparse @ self._ngram_weights + self._prior) / self.temperature)

    def arrays(self) -> Dict[str, np.ndarray]:
        """Return everything needed to build the object again with `restore`, at half precision where that is enough."""
        return {
            "classes": np.array(self.classes, dtype=np.str_),
            "points": self.points.astype(np.float16),
            "pulls": self._pulls,
            "ngram_weights": self._ngram_weights.astype(np.float16),
            "prior": self._prior,
            "numbers": np.array([self._width, self.temperature]),
        }

    @classmethod
    def restore(cls, arrays: Dict[str, np.ndarray]) -> "KernelClassifier":
        """Build the object from what `arrays` returned."""
        names = ("points", "pulls", "ngram_weights", "prior")
        return cls(arrays["classes"].tolist(), *(arrays[name] for name in names), *arrays["numbers"].tolist())


def _lower_kernel(dense: np.ndarray, sparse: csr_matrix, width: float) -> np.ndarray:
    """Return the kernel of all rows with each other; above the diagonal blocks it is left empty."""
    kernel = np.zeros((len(dense), len(dense)), dtype=np.float32)
    for start in range(0, len(dense), _BLOCK):
        end = min(start + _BLOCK, len(dense))
        block = np.exp(width * (dense[start:end] @ dense[:end].T - 1.0))
        block += (sparse[start:end] @ sparse[:end].T).toarray()
        kernel[start:end, :end] = block
    return kernel


def _inverse_diagonal(factor: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the diagonal of the inverse at `rows`, where `factor` is the upper Cholesky factor."""
    units = np.zeros((len(factor), len(rows)), dtype=np.float32, order="F")
    units[rows, np.arange(len(rows))] = 1.0
    solved = solve_triangular(factor, units, trans="T", lower=False, overwrite_b=True, check_finite=False)
    return np.einsum("ij,ij->j", solved, solved)


def _best_temperature(scores: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> float:
    rows = np.arange(len(targets))

    def loss(log_temperature: float) -> float:
        chosen = _softmax(scores / np.exp(log_temperature))[rows, targets]
        return float(-np.average(np.log(np.maximum(chosen, 1e-12)), weights=weights))

    return float(np.exp(minimize_scalar(loss, bounds=(-5.0, 2.0), method="bounded").x))


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
