"""Firmographic scheme: what kind of company the customer is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.schemes.scheme import Attribute, Scheme, as_text, scheme_of
from seglib.tables.small_tables import MIN_COMPANIES

__all__ = ["SIZES", "firmographic", "size_band"]

# Commission Recommendation 2003/361/EC, by employees alone (its turnover criterion is left aside)
SIZES = {mark("micro (<10)"): 0, mark("small (10–49)"): 10, mark("medium (50–249)"): 50, mark("large (250+)"): 250}
PLACE_OF_COMPANY = ("company", "industry", "employees", "revenue_band", "legal_form")


def firmographic(
    people: pd.DataFrame | None,
    attributes: Sequence[str] | None = None,
    *,
    min_group: int = MIN_COMPANIES,
    min_known: float = 0.5,
) -> Scheme:
    """Segment companies by what kind of company they are.

    Parameters
    ----------
    people : DataFrame, one row a person or company, indexed by ``customer_id``
        With some of ``industry, employees, revenue_band, legal_form, parent_company``; None where there is none.
    attributes : sequence of str, optional
        Of ``industry, size, revenue, legal form, office``; by default the first two that are known for ``min_known`` of
        the companies. Who lacks one of them is not known (NA), never guessed.
    min_group : int
        Rarer combinations are put together: "retail, other", then "Other".
    min_known : float
        Share of the companies (people of whom any of these attributes is known).

    Returns
    -------
    Scheme

    Raises
    ------
    InputError
        An attribute that does not exist, or whose column the table lacks.

    References
    ----------
    Size bands: Commission Recommendation 2003/361/EC on the definition of micro, small and medium-sized enterprises.

    Examples
    --------
    >>> firms = pd.DataFrame({"industry": ["retail", "retail", "finance"], "employees": [9, 12, None]})
    >>> firmographic(firms, min_group=1).segments.tolist()
    ['retail, micro (<10)', 'retail, small (10–49)', nan]
    """
    return scheme_of(
        "firmographic", people, ATTRIBUTES, attributes, most=2, min_group=min_group, min_known=min_known,
        absent=mark("contacts with the industry or the employees of companies"),
    )  # fmt: skip


def size_band(employees: pd.Series) -> pd.Series:
    """Size of a company by its employees: micro, small, medium or large as the European Union calls them.

    Examples
    --------
    >>> size_band(pd.Series([9, 10, 250, None])).tolist()
    ['micro (<10)', 'small (10–49)', 'large (250+)', nan]
    """
    numbers = pd.to_numeric(employees, errors="coerce").astype("float64")
    band = np.searchsorted([*SIZES.values()][1:], numbers.fillna(0), side="right")
    return (
        pd.Series(np.array([_(size) for size in SIZES])[band], index=employees.index).where(numbers >= 0).astype("str")
    )


def _office(people: pd.DataFrame) -> pd.Series:
    """No parent is told of an independent company as of one whose parent nobody wrote down: the name says so."""
    parent = as_text(people["parent_company"]).notna()
    company = people[[name for name in PLACE_OF_COMPANY if name in people.columns]].notna().any(axis="columns") | parent
    names = np.where(parent, _("subsidiary"), _("no parent company told"))
    return pd.Series(names, index=people.index).where(company).astype("str")


ATTRIBUTES = (
    Attribute(mark("industry"), "industry", lambda people: as_text(people["industry"])),
    Attribute(mark("size"), "employees", lambda people: size_band(people["employees"])),
    Attribute(mark("revenue"), "revenue_band", lambda people: as_text(people["revenue_band"])),
    Attribute(mark("legal form"), "legal_form", lambda people: as_text(people["legal_form"])),
    Attribute(mark("office"), "parent_company", _office),
)
