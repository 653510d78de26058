"""The model file as this bot ships it: what answers, without the plan of its training."""

import io
import json
import tarfile
from pathlib import Path

_METADATA = "metadata.json"


def leave_out_training_plan(source: Path, target: Path) -> None:
    """Copy the model file `source` to `target` in one step, with an empty training graph.

    Rasa imports every class the training graph names before it can answer, TensorFlow's among them; they serve only
    to train this very file further, which this bot never does.
    """
    partial = target.with_name(target.name + ".partial")
    with tarfile.open(source, "r:gz") as old, tarfile.open(partial, "w:gz", compresslevel=6) as new:
        for member in old.getmembers():
            member.name = member.name.lstrip("/")
            if not member.isfile():
                continue
            stream = old.extractfile(member)
            assert stream is not None
            content = stream.read()
            if member.name == _METADATA:
                metadata = json.loads(content)
                metadata["train_schema"] = {"nodes": {}}
                content = json.dumps(metadata, ensure_ascii=False).encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    partial.replace(target)
