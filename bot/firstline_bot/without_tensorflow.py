"""Starts Rasa's server without TensorFlow, which no component of this bot uses.

Rasa imports TensorFlow on the way to code it needs, for base classes of Keras callbacks and batches of its own
models. That import takes more than half of the start-up time and some 300 MB. Here those few names are stand-ins;
touching anything else of TensorFlow raises, so a pipeline that does need it fails at start and not in a turn.
"""

import sys
from types import ModuleType
from typing import Any, Dict, Tuple

_NAMES: Dict[str, Tuple[str, ...]] = {
    "tensorflow": (),
    "tensorflow.keras": (),
    "tensorflow.keras.callbacks": ("Callback",),
    "tensorflow.keras.utils": ("Sequence",),
}


class _StandIn(ModuleType):
    """A module with a few empty classes; any other name raises."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(
            f"The bot runs without TensorFlow, but something asked for {self.__name__}.{name}. "
            "Set FIRSTLINE_BOT_TENSORFLOW=1 to load it."
        )


def leave_out_tensorflow() -> None:
    """Put the stand-ins in place; must run before Rasa is imported."""
    if "tensorflow" in sys.modules:
        return
    for name, classes in _NAMES.items():
        module = _StandIn(name)
        module.__path__ = []
        for class_name in classes:
            setattr(module, class_name, type(class_name, (), {}))
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
