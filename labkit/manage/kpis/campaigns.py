"""Response to a campaign, always beside what the campaign changed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.interact import IncrementalResponse, incremental_response
from labkit.manage.kpis.results import SHARE, Kpi, rate_interval
from labkit.manage.kpis.tables import require_columns, require_filled
from labkit.manage.kpis.windows import Window, as_window


@dataclass(frozen=True, repr=False)
class CampaignResponse:
    """The two rates of one campaign.

    Attributes
    ----------
    rate : Kpi
        Responders / delivered, among the treated.
    incremental : Kpi
        Response of everybody assigned to treatment minus response of everybody assigned to control.
    arms : IncrementalResponse
        Both arms with their counts, from :mod:`labkit.interact`.
    """

    rate: Kpi
    incremental: Kpi
    arms: IncrementalResponse

    def __repr__(self) -> str:
        return f"{self.rate!r}\n{self.incremental!r}"


def campaign_response(
    contacts: pd.DataFrame,
    *,
    responded: str = "visited",
    window: Window | str | tuple | None = None,
    level: float = 0.95,
) -> CampaignResponse:
    """Response rate and incremental rate of one campaign with a control group.

    Parameters
    ----------
    contacts : DataFrame
        One row a customer assigned to the campaign: ``arm`` (treated, control), ``delivered`` (bool)
        and the column named by `responded`. With a column ``campaign_id``, only one campaign in it.
    responded : str
        Column that says who responded within the campaign's window (bool), in *both* arms.
    window : Window, text or pair of days, optional
        The days in which a response counted; the caller has kept to them.
    level : float
        Of the intervals: Wilson for the rate, Newcombe for the difference.

    Returns
    -------
    CampaignResponse

    Raises
    ------
    LabkitError
        If there is no control group, nothing was delivered, the table holds several campaigns, or a
        column is not what it must be. Without a control group there is no incremental rate, and the
        response rate alone is refused.
    """
    _require_contacts(contacts, responded)
    treated, control = contacts[contacts["arm"] == "treated"], contacts[contacts["arm"] == "control"]
    if treated.empty or control.empty:
        raise LabkitError(
            _(
                "The campaign has {treated} treated and {control} control customers. Without both, nobody can "
                "say what it changed; keep a control group next time."
            ).format(treated=len(treated), control=len(control))
        )
    delivered = treated[treated["delivered"]]
    if delivered.empty:
        raise LabkitError(_("Nothing was delivered: a response rate would divide by zero."))
    window = None if window is None else as_window(window)
    responders = int(delivered[responded].sum())
    arms = incremental_response(
        int(treated[responded].sum()), len(treated), int(control[responded].sum()), len(control), level=level
    )
    low, high = rate_interval(responders, len(delivered), level)
    rate = Kpi(
        name=_("response rate"),
        value=responders / len(delivered),
        unit=SHARE,
        numerator=responders,
        denominator=len(delivered),
        counts=_("of them responded ({column})").format(column=responded),
        per=_("treated customers whom the message reached"),
        window=window,
        low=low,
        high=high,
        level=level,
    )
    difference = arms.difference
    incremental = Kpi(
        name=_("incremental rate"),
        value=difference.estimate,
        unit=SHARE,
        counts=_("{treated:.3f} of {n_treated:,} treated less {control:.3f} of {n_control:,} control").format(
            treated=difference.treated,
            n_treated=difference.n_treated,
            control=difference.control,
            n_control=difference.n_control,
        ),
        per=_("everybody assigned to the arm, reached or not"),
        window=window,
        low=difference.low,
        high=difference.high,
        level=level,
    )
    return CampaignResponse(rate, incremental, arms)


def _require_contacts(contacts: pd.DataFrame, responded: str) -> None:
    require_columns(contacts, ["arm", "delivered", responded])
    require_filled(contacts, "arm", "delivered", responded)
    for column in ("delivered", responded):
        if not pd.api.types.is_bool_dtype(contacts[column]):
            raise LabkitError(
                _("Column {column} holds {dtype}; True or False is expected, one for each customer.").format(
                    column=column, dtype=contacts[column].dtype
                )
            )
    odd = sorted(set(contacts["arm"]) - {"treated", "control"})
    if odd:
        raise LabkitError(
            _("Column arm holds {odd}; expected only treated and control.").format(
                odd=", ".join(map(str, odd))
            )
        )
    if "campaign_id" in contacts and contacts["campaign_id"].nunique() > 1:
        raise LabkitError(
            _(
                "The table holds {n} campaigns; a response rate is of one. Filter by campaign_id first."
            ).format(n=contacts["campaign_id"].nunique())
        )
