"""Grading: from a folder of submissions to grades that can be explained and repeated.

``intake`` reads files as data, ``graft`` puts answers into the pristine assignment, ``run`` executes it
with papermill on a limited kernel, ``compare`` judges what was reported against the key, ``rubric`` and
``sheet`` carry the marks of people, ``gradebook`` and ``feedback`` write what comes of it.
"""
