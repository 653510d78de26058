"""Rewrites an ONNX graph before it is quantised, so that 8 bits lose less of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Powers = Mapping[str, NDArray[np.int8]]
"""For each product, named by its place among them (``"0"``, ...), a power of the eighth root of two a channel."""


def products(model: ModelProto) -> Iterator[tuple[str, NodeProto, TensorProto]]:
    """Yield every node that multiplies its first input with weights ``[channels, outputs]``: name, node, weights."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer if len(tensor.dims) == 2}
    found = (node for node in model.graph.node if node.op_type in ("MatMul", "Attention") and node.input[1] in weights)
    for place, node in enumerate(found):
        yield str(place), node, weights[node.input[1]]


def smooth(model: ModelProto, powers: Powers) -> None:
    """Divide each channel that goes into a product by a number, and multiply its row of the weights with it.

    An 8-bit product takes its scale from the largest value of all channels; a few are fifty times as large as the
    others, which then keep two or three bits. In 32 bits the graph computes what it did. ``powers`` come from
    ``firstline.knowledge.learn_smoothing``. Xiao et al., "SmoothQuant: Accurate and Efficient Post-Training
    Quantization for Large Language Models", ICML 2023.
    """
    found = {node.output[0]: (name, weights) for name, node, weights in products(model)}
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.output[0] in found:
            name, weights = found[node.output[0]]
            scale = np.exp2(powers[name] / 8.0).astype(np.float32)
            weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights) * scale[:, None], weights.name))
            smoothed, inverse = f"smoothed_{name}", f"smoothing_{name}"
            model.graph.initializer.append(numpy_helper.from_array(1 / scale, inverse))
            nodes.append(helper.make_node("Mul", [node.input[0], inverse], [smoothed], name=smoothed))
            node.input[0] = smoothed
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def save_beside_weights(model: ModelProto, path: Path) -> None:
    """Write the graph to ``path`` and its weights to a file beside it, since one file holds 2 GB at most."""
    path.with_suffix(".data").unlink(missing_ok=True)
    onnx.save(model, str(path), save_as_external_data=True, location=path.with_suffix(".data").name)
