"""Runs a loaded model once, so that the first customer does not wait."""

import os

import numpy as np
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from firstline_bot.dialogue import dialogue_of
from firstline_bot.encoder import encoder_folder, read_meta
from firstline_bot.vectors import URL_VARIABLE


async def warm_up(processor: MessageProcessor) -> None:
    """Understand a word; by its own encoder only where the app makes no vectors."""
    dim = int(read_meta(encoder_folder())["dim"])
    vector = np.zeros(dim, dtype=np.float32) if os.environ.get(URL_VARIABLE) else None
    dialogue_of(processor).understand("ready", UserMessage("ready"), None, vector)
