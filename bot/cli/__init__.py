"""The command line: the parser, the options, and a module per command."""
