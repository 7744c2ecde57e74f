"""Notebooks to documents: catalogue, parameters, run, markup, HTML, PDF, build, manifest, index."""
