"""The service: channels, dialogue, outbox, alarm clock, console and command line over the two domains."""
