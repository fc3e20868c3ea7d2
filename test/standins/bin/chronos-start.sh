#!/usr/bin/python3
"""Stand-in of Chronos's entry point; see chronos_standin."""
import os
import sys

library = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'standin')
sys.path[:0] = [library, os.path.join(library, 'vendor')]
sys.dont_write_bytecode = True

from chronos_standin.program import main  # noqa: E402

main(sys.argv[1:])
