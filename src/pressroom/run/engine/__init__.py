"""The engine: a briefing's cells run in a fork of one process that has imported all they need.

In papermill's process, `entry` is what papermill calls, `client` does the work with a `child`, and `process`
finds or starts the warm one. There, `preload` makes it warm, `parent` watches and forks. A fork settles
itself for its briefing and becomes its kernel, in `fork`. Both ends use `wire`.
"""
