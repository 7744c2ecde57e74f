"""The engine: a briefing's cells run in a fork of one process that has imported all they need.

In papermill's process, `entry` is what papermill calls, `client` does the work with a `child`, and `process`
finds or starts the warm one. There, `preload` makes it warm, `parent` watches and forks. In a fork, `fork`
settles it for its briefing, `shell` is its kernel, `streams` the way to its engine. Both ends use `wire`.
"""
