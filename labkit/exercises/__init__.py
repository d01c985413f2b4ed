"""Exercises: declarations a lesson, checks, hints, progress, and what a graded answer looks like."""
