"""Where cases are dense: H3 cells, classes for a legend, and what a small count may show."""
