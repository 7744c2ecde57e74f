"""Imported once, by the process that workers are forked from: each then finds all it needs there."""

import gc
from importlib import import_module

from pressroom.data.lean_imports import lean_imports
from pressroom.pages.documents import warm_documents
from pressroom.run.run import import_papermill

with lean_imports():
    import_module("pressroom.edition.processes")
    import_papermill()
    warm_documents()

# What is there now is never looked at again by the collector, so that forks go on sharing its memory.
gc.collect()
gc.freeze()
