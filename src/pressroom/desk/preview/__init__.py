"""A local page that shows a briefing beside its PDF, and renders again on every save."""
