"""What `briefings check` says of the analyst's own files: notebooks and commentary."""
