"""The service policy: model, reader of its file, editions, routing."""
