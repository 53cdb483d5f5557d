"""Figures of the real programs against a baseline that does the bare minimum, in one run on one disk."""
