"""The corpus of attacks: submissions with all answers wrong that try to get points, out, or in the way."""
