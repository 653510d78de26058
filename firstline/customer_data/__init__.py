"""All that is kept of one customer: finding it, handing it out, erasing it, and erasing what is old."""

from firstline.customer_data.erase import Erased, erase
from firstline.customer_data.export import export
from firstline.customer_data.find import Found, find
from firstline.customer_data.retention import Retention

__all__ = ["Erased", "Found", "Retention", "erase", "export", "find"]
