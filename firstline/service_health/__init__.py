"""What is known to be broken now: imported service-health issues, incidents a partner declares, customers' reports."""
