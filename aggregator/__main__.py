"""`python -m aggregator` is `anyam`."""

from .cli import main

if __name__ == "__main__":
    main()
