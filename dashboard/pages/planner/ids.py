"""Ids of the planner's page."""

from enum import StrEnum


class Ids(StrEnum):
    """What callbacks of the planner's page read and write; assets/planner.js knows ACTION by its name."""

    URL = "planner-url"
    ACTION = "planner-action"
    ANSWERED = "planner-answered"
    BOOK = "planner-book"
    BEAT = "planner-beat"
    TICK = "planner-tick"
    WHERE = "planner-where"
    STATUS = "planner-status"
    NEWS = "planner-news"
    VIEWS = "planner-views"
    REVIEW = "planner-review"
    TOOLS = "planner-tools"
    MAP = "planner-map"
    BUILDINGS = "planner-buildings"
    FORCE = "planner-force"
    EDGES = "planner-edges"
    EDITOR = "planner-editor"
    CALLOUT = "planner-callout"
    LEGEND = "planner-legend"
    FEASIBLE = "planner-feasible"
    HEADS = "planner-heads"
    TABLE = "planner-table"
    PROPOSALS = "planner-proposals"
    JOB = "planner-job"
    COMPARE = "planner-compare"
