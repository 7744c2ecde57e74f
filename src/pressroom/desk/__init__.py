"""The analyst's side: JupyterLab, preview, scaffolding, checks."""
