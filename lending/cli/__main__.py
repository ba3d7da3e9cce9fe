"""`python -m lending.cli`: the same as the `lending` command."""

from lending.cli import main

main()
