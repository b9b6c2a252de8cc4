"""Charts as SVG without styles or scripts of their own: as wide as their place, with their text at its own size."""
