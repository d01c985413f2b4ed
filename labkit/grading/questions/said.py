"""What a student is told of an answer that is partly right: how much, and of which form, never what is right."""

from __future__ import annotations

from labkit.i18n import N_

SAID: dict[str, str] = {
    "unusable": N_("The answer cannot be used: {reason}."),
    "near": N_("Close: within the wider tolerance that earns a part of the points."),
    "alternative": N_("Not the best choice, but one that earns a part of the points."),
    "parts right": N_("{right} of {all} parts are right."),
    "rows right": N_("{right} of {all} rows are right."),
    "cells right": N_("{right} of {all} cells are right."),
    "columns right": N_("{right} of {all} columns are right."),
    "rows found": N_("The table has {found} rows, which is not what is asked."),
    "columns missing": N_("Columns that were asked for are missing: {n}."),
    "columns extra": N_("Columns that were not asked for: {names}."),
    "columns order": N_("The columns are not in the order that is asked."),
    "columns type": N_("These columns are not of the type that is asked: {names}."),
    "index differs": N_("The index is not the one that is asked."),
    "calls right": N_(
        "The function was called with {all} inputs you had not seen; {right} results are right."
    ),
    "calls failed": N_("{n} of these calls stopped with an error: {errors}."),
    "calls unusable": N_("{n} of these calls gave back something that is no answer: {reason}."),
    "ranking": N_(
        "Agreement of your order with the right one ({metric}): {value}, where 1 is the same order."
    ),
    "positions right": N_("{right} of {all} items are in their place."),
    "items missing": N_("Items that were asked for are missing: {n}. They count as last."),
    "items unknown": N_("Items that were not asked for: {n}. They were left out."),
    "metric": N_("{metric}: {value}. No points up to {naive}, all points from {excellent}."),
    "metric f1_pairs": N_("F1 of pairs: {value}. No points up to {naive}, all points from {excellent}."),
    "metric f1_clusters": N_(
        "F1 of customers: {value}. No points up to {naive}, all points from {excellent}."
    ),
    "metric merge_savings": N_(
        "Share saved of what can be saved: {value}. No points up to {naive}, all points from {excellent}."
    ),
    "metric money": N_(
        "Share earned of what can be earned: {value}. No points up to {naive}, all points from {excellent}."
    ),
    "ids alone": N_("{n} of {all} are not in your table; each counts as standing alone."),
    "ids left out": N_("{n} of {all} are not on your list."),
    "ids missing": N_("No usable prediction for {n} of {all}; they count as if nothing were known of them."),
    "ids unknown": N_("Predictions for ids that were not asked for: {n}. They were left out."),
    "plan score": N_(
        "Your plan brings R$ {value}. No points up to R$ {naive}, all points from R$ {excellent}."
    ),
    "plan refused": N_("{n} of {all} contacts were refused because they break a rule: {rules}."),
}
