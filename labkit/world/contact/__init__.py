"""How Caramelo and its customers meet: consent, sends, web sessions, points, survey, journeys."""
