"""Step four of the path: are we doing well, and what do we change?

What lesson 40 builds by hand, as a library:

>>> from labkit.manage import kpis
>>> kpis.retention_rate(plans, kpis.window("2025"))  # doctest: +SKIP
"""
