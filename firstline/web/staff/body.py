"""What the staff routes share."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")
