"""The law and the format: what station and central must compute alike. Pure Python, no clock, no input or output.

Four files are no part of that: ``web``, ``database``, ``serving`` and ``console`` are what both programs plug in. The
law never names them.
"""
