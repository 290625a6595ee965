"""Names in the order in which people look for them: Öhringen beside Oehringen, Łódź among the L.

The database knows no order of any language, so both ways fold first: `for_people` in SQL, `sort_key` in memory.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from schools.search import FoldDe

# German writes these with two letters; the others have no marks that could be taken off.
TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
OF_ONE_PIECE = {"ł": "l", "đ": "d", "ø": "o"}
FOLDED = str.maketrans(TWO_LETTERS | OF_ONE_PIECE)


def for_people(*names: str) -> list[Any]:
    """What to order by: `Venue.objects.order_by(*for_people("city", "name"))`; the key decides between equals."""
    return [*map(FoldDe, names), *names, "pk"]


def sort_key(name: str) -> str:
    """As `fold_de` of the database: `sorted(titles, key=sort_key)`."""
    composed = unicodedata.normalize("NFC", name).lower().translate(FOLDED)
    return "".join(sign for sign in unicodedata.normalize("NFKD", composed) if not unicodedata.combining(sign))
