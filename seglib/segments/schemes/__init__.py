"""Schemes: who the customer is, where, which needs and opportunities; and how schemes compare on the same customers.

A scheme holds a segmentation (``.segments``, a Series of names indexed by ``customer_id``, NA where not known) and
tells how complete the data behind it are.
"""

from seglib.segments.schemes.comparing import COMPARISON_COLUMNS, compare_schemes
from seglib.segments.schemes.deals import open_deals, spend_from_deals, win_rates
from seglib.segments.schemes.demographic import demographic
from seglib.segments.schemes.firmographic import firmographic, size_band
from seglib.segments.schemes.geographic import geographic
from seglib.segments.schemes.lookalikes import Lookalikes, find_lookalikes
from seglib.segments.schemes.needs import NeedsStudy, needs_based, needs_options
from seglib.segments.schemes.opportunity import OPPORTUNITIES, OpportunityStudy, opportunity
from seglib.segments.schemes.scheme import Scheme
from seglib.segments.schemes.white_space import white_space, white_space_map

__all__ = [
    "COMPARISON_COLUMNS",
    "OPPORTUNITIES",
    "Lookalikes",
    "NeedsStudy",
    "OpportunityStudy",
    "Scheme",
    "compare_schemes",
    "demographic",
    "find_lookalikes",
    "firmographic",
    "geographic",
    "needs_based",
    "needs_options",
    "open_deals",
    "opportunity",
    "size_band",
    "spend_from_deals",
    "white_space",
    "white_space_map",
    "win_rates",
]
