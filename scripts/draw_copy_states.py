"""Write docs/copy-states.md from the table in lending/circulation/transitions.py (`make diagram`)."""

from pathlib import Path

from lending.circulation.transitions import page

if __name__ == "__main__":
    (Path(__file__).parents[1] / "docs" / "copy-states.md").write_text(page())
