"""`python -m tinghao`: the same as the command `tinghao`."""

from tinghao.cli import main

main()
