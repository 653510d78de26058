"""Numbers of rows as they come in: in addresses and in bodies."""

from typing import Annotated

from pydantic import Field

LARGEST_ID = 2**31 - 1
"""The largest number of a row: where PostgreSQL's ``integer`` ends. Beyond it a database fails and finds none."""

RowId = Annotated[int, Field(ge=0, le=LARGEST_ID)]
"""A row's number, or one to count rows from."""
