"""`python -m flashtorch` is the same as `flashtorch`."""

from flashtorch.cli.main import main

if __name__ == "__main__":
    main()
