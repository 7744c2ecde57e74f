"""The static site: all approved releases, searchable without a server."""
