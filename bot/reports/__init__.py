"""Reports: figures of a period, put together as one value that every format prints."""
