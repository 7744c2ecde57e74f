"""Whether all is there that a night depends on: each thing looked at, with its cure; nothing is changed."""
