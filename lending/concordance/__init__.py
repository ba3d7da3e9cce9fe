"""Finding words in a text, without regard to accents and case, each hit in its context.

Pure: it knows neither books nor loans. `fold` prepares a text once; `find` looks through it as often as
somebody asks.
"""

from lending.concordance.folding import Folded, fold, fold_query
from lending.concordance.searching import Hit, find

__all__ = ["Folded", "Hit", "find", "fold", "fold_query"]
