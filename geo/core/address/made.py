"""Makes the answer of what was resolved: level, ids, grid, reason, candidates, and its measured probability."""

from __future__ import annotations

from collections.abc import Sequence

from geo.core.address import answer as why
from geo.core.address import scores
from geo.core.address.answer import MATCHED, MOST_CANDIDATES, REVIEW, Answer
from geo.core.address.names import Site
from geo.core.address.resolve import Grade, Resolved
from geo.core.address.stock import Stock


class Maker:
    """Makes answers.

    Parameters
    ----------
    threshold : least probability of an answer that is given without a person.
    """

    def __init__(self, stock: Stock, threshold: float) -> None:
        self._stock, self.threshold = stock, threshold

    def place(self, one: Resolved, how: str, reason: str = "", corrected: str = "", *, beside: bool = False) -> Answer:
        """Answer with one resolved place.

        Parameters
        ----------
        how : the first word of its evidence; reason : instead of the usual one.
        beside : the text means a place beside it.
        """
        if one.grade == Grade.SEVERAL:
            return self.several(one, corrected)
        if one.building < 0:
            return self._site(one, how, reason, corrected, beside=beside)
        stock, b = self._stock, one.building
        estate = stock.estate[b] or (one.site.name if one.site and one.site.level == "estate" else "")
        answer = Answer(
            MATCHED, "building", -1, b, estate, stock.community[b], stock.grid[b], stock.lon[b], stock.lat[b]
        )
        answer.corrected = corrected or one.dropped_unit
        if beside:
            answer.reason = why.NEARBY
            return self.scored(answer, f"{how}/building")
        if one.has_door:
            answer.level, answer.dwelling = "dwelling", one.dwelling
            answer.reason = reason or (why.WHOLE if one.grade == Grade.DOOR else why.UNIT_FOUND)
            return self.scored(answer, f"{how}/door" if one.grade == Grade.DOOR else f"{how}/unit-found")
        if one.grade == Grade.NO_ROOM:
            answer.reason = why.ROOM_UNKNOWN
            return self.scored(answer, f"{how}/no-room")
        answer.reason = why.FLOOR_ONLY if one.door.floor else why.NO_ROOM_SAID
        return self.scored(answer, f"{how}/building")

    def _site(self, one: Resolved, how: str, reason: str, corrected: str, *, beside: bool) -> Answer:
        """Answer with an estate or a house number as a whole."""
        site = one.site
        if site is None:
            return Answer()
        estate = site.name if site.level == "estate" else ""
        answer = Answer(MATCHED, site.level, -1, -1, estate, site.community, site.grid, site.lon, site.lat)
        answer.corrected = corrected
        if one.grade == Grade.NO_BUILDING:
            answer.reason = why.BUILDING_UNKNOWN
            return self.scored(answer, f"{how}/no-building")
        whole = why.ROAD_ONLY if not estate else why.ESTATE_ONLY if site.grid else why.ESTATE_SPLIT
        answer.reason = why.NEARBY if beside else reason or whole
        return self.scored(answer, f"{how}/{site.level}")

    def several(self, one: Resolved, corrected: str = "") -> Answer:
        """Answer with several doors or buildings of one place: the building where it is certain, else a question."""
        stock = self._stock
        ids = [stock.door_ids[door] for door in one.options] or [stock.ids[house] for house in one.houses]
        candidates = tuple(ids[:MOST_CANDIDATES])
        if one.building >= 0:
            b = one.building
            answer = Answer(
                MATCHED,
                "building",
                -1,
                b,
                stock.estate[b],
                stock.community[b],
                stock.grid[b],
                stock.lon[b],
                stock.lat[b],
            )
            answer.reason, answer.corrected = why.ROOM_SEVERAL, corrected
            answer = self.scored(answer, "name/several-doors")
            answer.candidates = candidates
            return answer
        reason = why.BUILDING_MISSING if one.options else why.BUILDING_SEVERAL
        answer = self.question("estate", why.BUILDING_RANGE if one.door.several else reason, candidates)
        answer.corrected = corrected
        if one.site:
            answer.level, answer.estate = one.site.level, one.site.name if one.site.level == "estate" else ""
            houses = one.houses or tuple(int(stock.building_of[door]) for door in one.options)
            grids = {stock.grid[house] for house in houses}
            answer.community, answer.grid = one.site.community, grids.pop() if len(grids) == 1 else ""
        return answer

    def choice(self, resolved: Sequence[Resolved], reason: str, level: str = "estate") -> Answer:
        """Leave the choice between several places to a person; those with the door come first."""
        best = max((one.grade for one in resolved), default=Grade.NOTHING)
        kept = sorted((one for one in resolved if one.grade >= min(best, Grade.NO_ROOM)), key=lambda one: -one.grade)
        answer = self.question(level, reason, tuple(self.ids(kept)[:MOST_CANDIDATES]))
        sites: set[Site] = {one.site for one in kept if one.site}
        names, communities = {site.name for site in sites}, {site.community for site in sites}
        answer.estate = names.pop() if len(names) == 1 and level == "estate" else ""
        answer.community = communities.pop() if len(communities) == 1 else ""
        return answer

    @staticmethod
    def question(level: str, reason: str, candidates: tuple[str, ...]) -> Answer:
        """Ask a person."""
        return Answer(REVIEW, level, score=scores.UNSEEN, reason=reason, candidates=candidates, evidence="choice")

    def doubted(self, answer: Answer, reason: str) -> Answer:
        """Leave a sure answer to a person, for a reason that speaks against it as a whole."""
        if answer.status != MATCHED:
            return answer
        stock = self._stock
        own = stock.door_ids[answer.dwelling] if answer.dwelling >= 0 else ""
        own = own or (stock.ids[answer.building] if answer.building >= 0 else "")
        return self.question("none", reason, (own,) if own else answer.candidates)

    def scored(self, answer: Answer, evidence: str) -> Answer:
        """Give an answer its probability; below the threshold it becomes a question."""
        answer.evidence, answer.score = evidence, scores.probability(evidence)
        if answer.score < self.threshold:
            if answer.dwelling >= 0:
                answer.candidates = (self._stock.door_ids[answer.dwelling],)
            elif answer.building >= 0:
                answer.candidates = (self._stock.ids[answer.building],)
            answer.status, answer.dwelling, answer.building, answer.grid = REVIEW, -1, -1, ""
        return answer

    def ids(self, resolved: Sequence[Resolved]) -> list[str]:
        """Return the ids of doors, else buildings, that resolved places offer; each once."""
        stock = self._stock
        ids: dict[str, None] = {}
        for one in resolved:
            if one.has_door:
                ids[stock.door_ids[one.dwelling]] = None
            elif one.options:
                ids |= dict.fromkeys(stock.door_ids[door] for door in one.options)
            elif one.building >= 0:
                ids[stock.ids[one.building]] = None
            elif one.houses:
                ids |= dict.fromkeys(stock.ids[house] for house in one.houses)
            elif one.site:
                ids[stock.ids[one.site.members[0]]] = None
        return [*ids]
