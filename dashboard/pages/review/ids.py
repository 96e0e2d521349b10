"""Ids of the review page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids; assets/review.js knows NOW, NEXT, ACT, ASK and SEARCH by these names."""

    PLACE = "review-place"
    NOW = "review-now"
    NEXT = "review-next"
    ACT = "review-act"
    QUEUE = "review-queue"
    FIGURES = "review-figures"
    CASE = "review-case"
    SAID = "review-said"
    MAP = "review-map"
    OFFERED = "review-offered"
    SEARCH = "review-search"
    FOUND = "review-found"
    FOUND_MAP = "review-found-map"
    ASK = "review-ask"
    LESSON = "review-lesson"
