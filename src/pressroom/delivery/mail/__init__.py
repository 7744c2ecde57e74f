"""Mail to subscribers: who gets what, as which message, over which line, and what became of it."""
