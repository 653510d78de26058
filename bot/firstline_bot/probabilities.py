"""Logistic regression whose probabilities can be believed."""

from typing import Dict, Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

# Fitting on the n-grams themselves takes ten times as long as on this many random sums of them.
_PROJECTED = 1024
_MANY_ROWS = 4000


class CalibratedRegression:
    """Multinomial logistic regression with one temperature, learned on held-out folds.

    Temperature scaling: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017. The order of the classes
    never changes, only how sure the numbers are.
    """

    def __init__(self, classes: Sequence[str], coefficients: np.ndarray, intercepts: np.ndarray, temperature: float):
        """`coefficients`: (classes, features); `intercepts`: (classes,)."""
        self.classes = list(classes)
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.temperature = temperature
        self._transposed = np.ascontiguousarray(coefficients.T)

    @classmethod
    def fit(
        cls,
        dense: np.ndarray,
        sparse: csr_matrix,
        labels: Sequence[str],
        weights: np.ndarray,
        strength: float = 10.0,
        folds: int = 3,
        max_iter: int = 100,
        seed: int = 1,
    ) -> "CalibratedRegression":
        """Fit on all rows of `dense` and `sparse` side by side; `strength` is scikit-learn's C.

        The temperature comes from fits that did not see the rows they judge: `folds` of them, one where the rows are
        many. With a class of fewer rows than folds it stays 1.
        """
        names, targets = np.unique(np.asarray(labels), return_inverse=True)
        projection = _projection(sparse.shape[1], seed)
        features = np.hstack([dense, sparse @ projection]).astype(np.float32)

        def fitted(rows: np.ndarray) -> LogisticRegression:
            model = LogisticRegression(C=strength, solver="lbfgs", tol=1e-3, max_iter=max_iter, random_state=seed)
            return model.fit(features[rows], targets[rows], sample_weight=weights[rows])

        temperature = 1.0
        if folds > 1 and np.bincount(targets).min() >= folds:
            splits = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(targets, targets))
            splits = splits if len(targets) < _MANY_ROWS else splits[:1]
            held_out = np.vstack([_logits(fitted(train), features[test]) for train, test in splits])
            judged = np.concatenate([test for _, test in splits])
            temperature = _best_temperature(held_out, targets[judged], weights[judged])
        model = fitted(np.arange(len(targets)))
        coefficients, intercepts = model.coef_, model.intercept_
        if len(names) == 2:
            # scikit-learn keeps one row for two classes.
            coefficients, intercepts = np.vstack([-coefficients, coefficients]) / 2, np.r_[-intercepts, intercepts] / 2
        # The projection is linear: folded into the coefficients, prediction needs no trace of it.
        width = dense.shape[1]
        coefficients = np.hstack([coefficients[:, :width], coefficients[:, width:] @ projection.T])
        return cls(names.tolist(), coefficients.astype(np.float32), intercepts.astype(np.float32), temperature)

    def probabilities(self, features: csr_matrix) -> np.ndarray:
        """Return (rows, classes); each row sums to one."""
        return _softmax((features @ self._transposed + self.intercepts) / self.temperature)

    def arrays(self) -> Dict[str, np.ndarray]:
        """Return everything needed to build the object again with `restore`."""
        return {
            "classes": np.array(self.classes, dtype=np.str_),
            "coefficients": self.coefficients,
            "intercepts": self.intercepts,
            "temperature": np.array(self.temperature),
        }

    @classmethod
    def restore(cls, arrays: Dict[str, np.ndarray]) -> "CalibratedRegression":
        """Build the object from what `arrays` returned."""
        return cls(
            arrays["classes"].tolist(), arrays["coefficients"], arrays["intercepts"], float(arrays["temperature"])
        )


def _projection(columns: int, seed: int) -> np.ndarray:
    """Return random signs, (columns, 1024), that keep inner products.

    Achlioptas, "Database-friendly random projections", PODS 2001.
    """
    signs = np.random.RandomState(seed).randint(0, 2, size=(columns, _PROJECTED), dtype=np.int8)
    return (signs * 2 - 1).astype(np.float32) / np.float32(np.sqrt(_PROJECTED))


def _logits(model: LogisticRegression, features: csr_matrix) -> np.ndarray:
    scores = model.decision_function(features)
    return np.stack([-scores, scores], axis=1) / 2 if scores.ndim == 1 else scores


def _best_temperature(logits: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> float:
    rows = np.arange(len(targets))

    def loss(log_temperature: float) -> float:
        chosen = _softmax(logits / np.exp(log_temperature))[rows, targets]
        return float(-np.average(np.log(np.maximum(chosen, 1e-12)), weights=weights))

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 2.0), method="bounded").x))


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
