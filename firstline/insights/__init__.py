"""What happened in a period, as figures: each one counts rows, and the rows can be had."""
