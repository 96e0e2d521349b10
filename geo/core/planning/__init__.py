"""Redrawing by hand: one community of a draft, the strokes that change it, and what they do to its grids. Pure."""
