"""What runs a notebook: the catalogue of briefings, parameters, engines, and what a run leaves."""
