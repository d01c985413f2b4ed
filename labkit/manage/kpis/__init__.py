"""The six key performance indicators of customer relationships, each with its window and denominator.

A KPI is a number *and* what was divided by what, over which days. Every function here returns a
:class:`Kpi` that carries all of it, so that two numbers of the same name cannot be compared by mistake.

>>> from labkit.manage import kpis
>>> kpis.net_promoter_score([10] * 100 + [7] * 40 + [0] * 60, name="example")
NPS, example = +20 points, 95% interval +8 to +32
  numerator    40: promoters (9-10) less detractors (0-6), 100 - 60
  denominator  200: answers
"""

from labkit.manage.kpis.acquisition import acquisition_cost
from labkit.manage.kpis.campaigns import CampaignResponse, campaign_response
from labkit.manage.kpis.contracts import active_on, churn_rate, retention_rate
from labkit.manage.kpis.funnel import STAGES, conversion_rate
from labkit.manage.kpis.lifetime import contract_lifetime_value, order_lifetime_value
from labkit.manage.kpis.promoters import net_promoter_score
from labkit.manage.kpis.results import Change, Kpi, change, scorecard
from labkit.manage.kpis.windows import Window, window

__all__ = [
    "STAGES",
    "CampaignResponse",
    "Change",
    "Kpi",
    "Window",
    "acquisition_cost",
    "active_on",
    "campaign_response",
    "change",
    "churn_rate",
    "contract_lifetime_value",
    "conversion_rate",
    "net_promoter_score",
    "order_lifetime_value",
    "retention_rate",
    "scorecard",
    "window",
]
