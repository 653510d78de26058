"""Every table of Firstline, for migrations and for tests that hold them against the models."""

from firstline.conversations import models as conversations
from firstline.core.database import Base
from firstline.desk import models as desk
from firstline.knowledge import models as knowledge

__all__ = ["Base", "conversations", "desk", "knowledge"]
