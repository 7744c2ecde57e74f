"""New families: a notebook that runs and looks right at once, for the analyst to go on from."""
