"""Random streams: one a seed and purpose."""

import numpy as np

from labkit.world import stream


def test_same_seed_and_purpose_give_the_same_numbers():
    assert np.array_equal(stream(7, "orders").random(5), stream(7, "orders").random(5))


def test_another_purpose_is_another_stream():
    assert not np.array_equal(stream(7, "orders").random(5), stream(7, "plans").random(5))


def test_another_seed_is_another_stream():
    assert not np.array_equal(stream(7, "orders").random(5), stream(8, "orders").random(5))


def test_the_stream_does_not_change_between_versions():
    # Pinned: the first words of Philox with the key SHA-256("2026/orders/timing")[:16], little endian.
    assert stream(2026, "orders/timing").integers(0, 1000, 4).tolist() == [430, 793, 704, 281]
