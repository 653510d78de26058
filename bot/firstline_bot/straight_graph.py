"""Runs the graph of a trained model node after node, in an order that is worked out once."""

from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

Step = Tuple[Text, GraphNode, Sequence[Text]]


class StraightRunner:
    """Stands in for Rasa's runner of a loaded model: same nodes, same inputs, same outputs.

    Rasa plans the graph anew for every message and lets dask run it, which takes longer than the nodes of this bot.
    """

    def __init__(self, runner: DaskGraphRunner) -> None:
        """Take over the nodes that `runner` loaded."""
        self._schema = runner._graph_schema
        self._nodes = runner._instantiated_nodes
        self._plans: Dict[Tuple[Text, ...], List[Step]] = {}

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """Return what the nodes `targets` make of `inputs`."""
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._plans:
            self._plans[wanted] = self._plan(wanted)
        # A node takes and gives its output with its name; a name alone tells it that there is none.
        made: Dict[Text, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._plans[wanted]:
            made[name] = node(*[made.get(need, need) for need in needs])
        return {name: made[name][1] for name in wanted}

    def components(self) -> List[Any]:
        """Return the loaded components."""
        return [node._component for node in self._nodes.values()]

    def _plan(self, wanted: Sequence[Text]) -> List[Step]:
        nodes = self._schema.minimal_graph_schema(list(wanted)).nodes
        needs = {name: list(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter(needs).static_order()
        return [(name, self._nodes[name], needs[name]) for name in order if name in nodes]
