"""The demo organisation: simulated people with a known truth, written as rows of every room."""
