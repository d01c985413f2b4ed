"""The causes: pure functions from what happened to what it does, shared by history and the future.

Randomness comes in as numbers already drawn, so that whoever calls decides which customer gets which; no
function here knows a table or a clock.

- :mod:`~labkit.world.causes.timing`: when the next purchase comes, through seasons and the death of a pet;
- :mod:`~labkit.world.causes.service`: how an order is served, what is complained about, how it is answered;
- :mod:`~labkit.world.causes.satisfaction`: what is remembered, and how it fades;
- :mod:`~labkit.world.causes.leaving`: who leaves after a purchase, and who cancels a contract.
"""
