"""Pages and APIs for staff, and articles for everybody."""
