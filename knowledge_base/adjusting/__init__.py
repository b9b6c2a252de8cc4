"""Whether answers were as often right in use as promised, and how the threshold for answering follows."""
