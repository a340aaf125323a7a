"""``python -m confiture``."""

import sys

from confiture.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
