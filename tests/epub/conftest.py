"""What the tests of this room share."""

import os

# Without the corpus its tests are not there, rather than skipped: a skip would look like a promise.
collect_ignore = [] if os.getenv("LENDING_CORPUS") else ["test_corpus.py"]
