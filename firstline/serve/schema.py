"""Every table of Firstline, for migrations and for tests that hold them against the models."""

from firstline.conversations import customer_models as customers
from firstline.conversations import models as conversations
from firstline.core import leases
from firstline.core.database import Base
from firstline.desk import models as desk
from firstline.desk import rating
from firstline.desk import staff_models as staff
from firstline.desk import team_models as team
from firstline.desk import tool_models as desk_tools
from firstline.escalation import models as escalation
from firstline.files import models as files
from firstline.helpdesks import models as helpdesks
from firstline.knowledge import models as knowledge
from firstline.outbox import models as outbox
from firstline.service_health import models as service_health
from firstline.training import models as training

__all__ = [
    "Base", "conversations", "customers", "desk", "desk_tools", "escalation", "files", "helpdesks", "knowledge",
    "leases", "outbox",
    "rating", "service_health", "staff", "team", "training",
]  # fmt: skip
