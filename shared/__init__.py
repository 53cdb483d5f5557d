"""The law and the format: what station and central must compute alike. Pure Python, no clock, no input or output."""
