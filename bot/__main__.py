"""`python -m bot` is `jiedai`."""

from bot.cli.parser import main

if __name__ == "__main__":
    main()
