"""Virtual officials and voters that drive the real programs over HTTP: the demo, later the drill before the day.

Imports nothing of station and central: it starts them as processes and uses what a phone's browser could use.
"""
