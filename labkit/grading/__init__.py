"""Grading: from a folder of submissions to grades that can be explained and repeated.

``intake`` reads files as data, ``graft`` puts answers into the pristine assignment, ``run`` executes it
with papermill on a limited kernel, ``compare`` judges what was reported against the key, ``rubric`` and
``sheet`` carry the marks of people, ``gradebook`` and ``feedback`` write what comes of it.
"""

import sys

# nbformat brings jsonschema, which builds a grammar of international addresses at its import, for a second
# or two, to check what no notebook has. Where it is not to be had, jsonschema leaves that check out.
sys.modules.setdefault("rfc3987_syntax", None)
