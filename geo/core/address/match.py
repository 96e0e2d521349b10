"""From one text to one answer, in this order: other city, names of the register, house number, near names, community.

Each step either answers or hands on. The rules that decide stand in `_event_hit` (several places), `doubt` (is it
really this name), `_settle` (one name, several sites) and `_guessed` (a name with one wrong character). What an answer
rests on is its evidence; how often such evidence was right is measured (scores.py), and below the threshold a person
is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.core.address import answer as why
from geo.core.address import scores
from geo.core.address.answer import MATCHED, MOST_CANDIDATES, UNMATCHED, Answer
from geo.core.address.doors import Door, read_before, repaired
from geo.core.address.hits import NUMERALS, Hit, anchors, last_end, named, near, near_hit
from geo.core.address.made import Maker
from geo.core.address.names import Found, Names, Site, begins_inside_a_name, goes_on, in_context
from geo.core.address.normalise import normalise
from geo.core.address.own_words import in_usual_words, read_at, words_of
from geo.core.address.plainer import plainer
from geo.core.address.resolve import Grade, Resolved, best_reading, in_building
from geo.core.address.roles import RELATION, Span, event, role
from geo.core.address.stock import Stock
from geo.core.address.tables import either, words
from geo.core.address.typos import Typos

SECOND_ROOM = re.compile(r"[、,和与及跟/](\d{3,4})(?![-\d年月日天次元米平点分块人个家户条.:])")
_BESIDE_A_ROOM = frozenset("、,和与及跟/")
_SECOND_BUILDING = re.compile(
    rf"(?:[^\d,。;]{{0,8}}[,。;]){{0,2}}[^\d,。;]{{0,6}}?((?:\d{{1,3}}|{NUMERALS})(?:{either(words('building'))}|#|号(?=\d{{3,4}}|\d{{1,2}}单元)))"
)
LONGEST_FRONT = 5
"""Characters before a name that can't be explained and are more than the front of a longer name: they are speech."""
_TRY_PLAINER = frozenset(
    (
        why.ESTATE_ONLY,
        why.ESTATE_SPLIT,
        why.BUILDING_UNKNOWN,
        why.NO_ROOM_SAID,
        why.ROOM_UNKNOWN,
        why.NEAR_NAME,
        why.INSIDE_NAME,
        why.NO_PLACE,
    )
)
_SHORT_NAME = 2
"""Characters of a name that may be the front of another one with 小区 behind it: 和平 is not surely 和平小区."""
_TRUSTED_KINDS = frozenset(("sound", "shape", "double", "drop", "swap", "pinyin"))
_KIND_WEIGHT = {"pinyin": 3, "sound": 3, "double": 3, "swap": 3, "shape": 2, "drop": 2, "other": 1}
_GRADE_WEIGHT = {Grade.DOOR: 100, Grade.UNIT_FOUND: 100, Grade.BUILDING: 50, Grade.SEVERAL: 50, Grade.NO_ROOM: 10}


class Matcher:
    """Answers texts against a register.

    Parameters
    ----------
    threshold : least probability of an answer that is given without a person.
    """

    def __init__(self, stock: Stock, names: Names, threshold: float = scores.THRESHOLD) -> None:
        self.stock, self.names = stock, names
        self.make = Maker(stock, threshold)
        stems = {name for name, sites in names.estates.items() if all(site.name != name for site in sites)}
        self.typos = Typos(name for name, entry in names.entries.items() if entry.is_place and name not in stems)

    def match(self, text: str) -> Answer:
        """Answer one text."""
        spelled = normalise(text)
        return self.answer(text, spelled, self.names.find(spelled))

    def answer(self, written: str, text: str, found: Found) -> Answer:
        """Answer a text as it was written, in the one spelling, with the names in it."""
        answer = self._answer(written, text, found)
        if answer.dwelling >= 0 or answer.reason not in _TRY_PLAINER:
            return answer
        simple = plainer(text)
        again = self._answer(written, simple, self.names.find(simple)) if simple != text else answer
        return again if again.dwelling >= 0 and answer.building in (-1, again.building) else answer

    def _answer(self, written: str, text: str, found: Found) -> Answer:
        if (found.elsewhere or not found.areas) and self.names.other_city(text, found):
            return Answer(reason=why.OTHER_CITY)
        hits = named(text, found, self.names)
        if hits:
            answer = self._among_places(text, found, hits, written)
        else:
            answer = self._at_number(text, found, written)
        answer = answer or self._guessed(text, found)
        if answer is None and hits:
            answer = self._settle(text, found, hits[0], written)
        if answer is None:
            return self._without_place(text, found)
        abroad = answer.status == MATCHED and self.names.may_be_abroad(text, found)
        return self.make.doubted(answer, why.OTHER_CITY) if abroad else answer

    # ---- names of the register

    def _among_places(self, text: str, found: Found, hits: list[Hit], written: str) -> Answer | None:
        """Answer for the place the case is about; None where a near name may be what is meant."""
        hit: Hit | None = hits[0]
        if len(hits) > 1:
            hit = self._event_hit(text, hits)
        if hit is None:
            return self.make.choice([one for hit in hits for one in self._resolve(hit, hit.sites)], why.SEVERAL_PLACES)
        doubt = self.doubt(text, found, hit)
        if doubt:
            return self.make.choice(
                [one for hit in doubt for one in self._resolve(hit, hit.sites)], why.INSIDE_NAME, "none"
            )
        if not hit.read.doors and self._unexplained_door(text, found, hit):
            return None
        return self._settle(text, found, hit, written)

    def _event_hit(self, text: str, hits: list[Hit]) -> Hit | None:
        """Return the hit the case is about; a place without a door yields to the one with."""
        kept: list[Hit] = []
        for hit in hits:
            again = [k for k, other in enumerate(kept) if (other.sites, other.building) == (hit.sites, hit.building)]
            if not again:
                kept.append(hit)
            elif not kept[again[0]].read.doors or kept[again[0]].read.doors == hit.read.doors:
                kept[again[0]] = hit
            elif hit.read.doors:
                kept.append(hit)
        if len(kept) == 1:
            return kept[0]
        spans = [Span(hit.start, hit.end) for hit in kept]
        which = event(text, spans)
        if which >= 0:
            said = kept[which].read.doors or kept[which].building >= 0
            return kept[which] if said or not self._spoken_of(text, kept, spans) else None
        doors = [hit for hit in kept if hit.read.doors]
        return doors[0] if len(doors) == 1 else None

    @staticmethod
    def _spoken_of(text: str, hits: Sequence[Hit], spans: Sequence[Span]) -> bool:
        """Tell whether a place with a door is neither the caller's home nor a landmark: A漏水,物业说跟B一样."""
        floors = (0, *(span.end for span in spans))
        return any(
            hit.read.doors and not role(text, span, floor)
            for hit, span, floor in zip(hits, spans, floors, strict=False)
        )

    def doubt(self, text: str, found: Found, hit: Hit) -> list[Hit]:
        """Return what else a name may be, the name itself last: a longer name close by, or a part of an unknown one.

        Empty where the name stands for itself.
        """
        further = goes_on(text, hit.name_end)
        if further:
            return [hit._replace(read=read_at(text, further, hit.sites))]
        start = hit.name_start
        if hit.name_end - start <= _SHORT_NAME and text.startswith("小区", hit.name_end):
            return [hit]
        run = begins_inside_a_name(text, start, last_end(found, start))
        formerly = run[-1:] == "原" and hit.how == "alias"  # 原红旗大院 is an old name as the register has it
        if not run or formerly or run[-1] == text[start] or self._is_its_community(found, hit, start - len(run)):
            return []
        longer = [
            near_hit(text, guess, hit.read, self.names)
            for guess in self.typos.ending_at(text, hit.name_end, start - len(run))
            if len(guess.name) > hit.name_end - start and guess.kind in _TRUSTED_KINDS
        ]
        longer = [one for one in longer if self._has_door(one)]
        if longer:
            return [*longer, hit]
        return [hit] if len(run) == 1 or not self._has_door(hit) else []

    @staticmethod
    def _is_its_community(found: Found, hit: Hit, start: int) -> bool:
        """Tell whether what stands before a name is the short name of a community that holds the place."""
        said = {code for mention in found.hints if mention.start == start for code in mention.entry.hints}
        return any(site.community in said for site in hit.sites)

    def _has_door(self, hit: Hit) -> bool:
        return any(resolved.has_door for resolved in self._resolve(hit, hit.sites))

    def _unexplained_door(self, text: str, found: Found, hit: Hit) -> bool:
        """Tell whether a door stands in the text that belongs to none of the names: a name beside it was not known."""
        known = {mention.end for mention in (*found.roads, *found.areas)}
        return any(
            anchor > hit.name_end + 1 and anchor not in known
            for anchor in anchors(in_usual_words(text, self.names.own_words))
        )

    # ---- one name

    def _resolve(self, hit: Hit, sites: Sequence[Site]) -> list[Resolved]:
        if hit.building >= 0:
            found = [in_building(self.stock, hit.building, door) for door in hit.read.doors or (Door(),)]
            return [max(found, key=lambda one: one.grade)]
        return [best_reading(self.stock, site, hit.read.doors) for site in sites]

    @staticmethod
    def told_apart(sites: Sequence[Site], found: Found) -> Sequence[Site]:
        """Keep the sites of a name that areas, roads and house numbers of the text allow."""
        if len(sites) < 2:
            return sites
        sites = in_context(list(sites), found.codes + found.hint_codes, found.road_names)
        said = _said_numbers(found)
        return [site for site in sites if said & site.numbers] or sites

    def _settle(self, text: str, found: Found, hit: Hit, written: str) -> Answer:
        """Answer for one name: its sites told apart by context, else by a person."""
        sites = self.told_apart(hit.sites, found)
        resolved = self._resolve(hit, sites)
        if len(resolved) != 1:
            return self.make.choice(resolved, why.HOMONYM) if resolved else Answer()
        one = resolved[0]
        if one.grade <= Grade.BUILDING:
            usual = in_usual_words(text, words_of(sites))
            mended = [read for read in repaired(usual, hit.name_end, written) if read.length > hit.read.length]
            better = [one for read in mended for one in self._resolve(hit._replace(read=read), sites) if one.has_door]
            if len({one.dwelling for one in better}) == 1:
                return self.make.place(better[0], "misread", why.MISREAD, hit.corrected)
            if better:
                return self.make.choice(better, why.MISREAD)
        others = self._others_said(text, found, hit, one)
        if others:
            return self.make.choice([one, *others], why.SEVERAL_PLACES)
        corrected = hit.corrected or other_roads(found, one.site)
        return self.make.place(one, hit.how, "", corrected, beside=self._beside(text, hit, one))

    def _others_said(self, text: str, found: Found, hit: Hit, one: Resolved) -> list[Resolved]:
        """Return the other doors said right behind one: a second room (501、502), a building put right (不对,5栋)."""
        if one.has_door and one.door.room:
            room = SECOND_ROOM.match(text, hit.end) if text[hit.end : hit.end + 1] in _BESIDE_A_ROOM else None
            doors = self.stock.find(one.building, self.stock.units[one.dwelling], room[1]) if room else ()
            return [one._replace(dwelling=door) for door in doors]
        if one.building < 0 or hit.building >= 0 or one.site is None:
            return []
        stop = self.names.ceiling(found, hit.end) or len(text)
        again = _SECOND_BUILDING.match(in_usual_words(text, words_of(hit.sites)), hit.end, stop)
        if again is None:
            return []
        other = best_reading(self.stock, one.site, read_at(text, again.start(1), hit.sites).doors)
        return [other] if other.building >= 0 and other.building != one.building else []

    @staticmethod
    def _beside(text: str, hit: Hit, one: Resolved) -> bool:
        """Tell whether the text means a place beside the one it names; what is in front of a door is that door."""
        word = RELATION.match(text, hit.end)
        return word is not None and not (one.has_door and one.door.room and word.group().endswith(words("at_door")))

    # ---- house number of a road

    def _number_hits(self, text: str, found: Found) -> list[Hit]:
        """Return the house numbers the register has, each with the door behind or, written backwards, before it."""
        hits: list[Hit] = []
        for number in found.numbers:
            start, end = number.mention.start, number.end
            sites = self.names.numbers.get((number.mention.entry.road, number.number))
            if sites:
                read = read_at(text, end, sites)
                stop = end + read.length
                read = read if read.doors else read_before(text, start, last_end(found, start))
                # A name before it that no register holds (of an address written backwards) is what is meant.
                named = not read.doors and begins_inside_a_name(text, start, last_end(found, start))
                how = "number-beside" if named else "number"
                hits.append(Hit(start, stop, start, end, how, tuple(sites), -1, read))
        return hits

    def _at_number(self, text: str, found: Found, written: str) -> Answer | None:
        """Answer by road and house number; None where a name stands between it and the door."""
        hits = self._number_hits(text, found) if found.numbers else []
        if not hits or (
            not hits[0].read.doors
            and any(anchor > hits[0].end for anchor in anchors(in_usual_words(text, self.names.own_words)))
        ):
            return None
        return self._settle(text, found, hits[0], written)

    # ---- near names

    def _guessed(self, text: str, found: Found) -> Answer | None:
        """Answer by a name one edit away; None where there is no such name."""
        hits = near(text, found, self.names, self.typos)
        if not hits:
            return self._name_differs(text, found)
        tried = [(hit, self._nearest_site(found, hit)) for hit in hits]
        ranked = sorted(((self._weight(text, found, *row), *row) for row in tried), key=lambda row: -row[0])
        best, hit, one = ranked[0]
        rivals = [row for row in ranked[1:] if _place(row[2]) != _place(one) and row[0] >= best - 1]
        confirmed = _confirmed(found, one)
        unlike = hit.how in ("extra", "word") and not confirmed
        if rivals or unlike or not self._front(text, found, hit) or one.grade < Grade.SEVERAL:
            offered = [row[2] for row in ranked if row[2].grade >= min(one.grade, Grade.NO_ROOM)]
            return self.make.question("none", why.NEAR_NAME, tuple(self.make.ids(offered)[:MOST_CANDIDATES]))
        reason = why.READ_ALOUD if hit.how == "pinyin" else why.CORRECTED
        how = f"confirmed-{hit.how}" if confirmed else hit.how
        return self.make.place(one, how, reason, hit.corrected, beside=self._beside(text, hit, one))

    def _nearest_site(self, found: Found, hit: Hit) -> Resolved:
        """Return the best of a near name's sites; several with a door are a choice."""
        resolved = self._resolve(hit, in_context(list(hit.sites), found.codes, found.road_names))
        doors = [one for one in resolved if one.has_door]
        if len(doors) > 1:
            return Resolved(Grade.SEVERAL, None, doors[0].door, options=tuple(one.dwelling for one in doors))
        return max(resolved, key=lambda one: one.grade, default=Resolved(Grade.NOTHING))

    def _weight(self, text: str, found: Found, hit: Hit, one: Resolved) -> int:
        """Weigh a near name: by its door, the register's own house number, where it begins, how it is misspelt."""
        begins = 5 * self._front(text, found, hit)
        return _GRADE_WEIGHT.get(one.grade, 0) + 20 * _confirmed(found, one) + begins + _KIND_WEIGHT.get(hit.how, 0)

    @staticmethod
    def _front(text: str, found: Found, hit: Hit) -> int:
        """Tell how surely a near name begins where it does: 2 = nothing before it, 1 = speech, 0 = a longer name."""
        run = begins_inside_a_name(text, hit.name_start, last_end(found, hit.name_start), sure=False)
        return 2 if not run else 1 if len(run) >= LONGEST_FRONT else 0

    def _name_differs(self, text: str, found: Found) -> Answer | None:
        """Ask where a house number is the register's but the name beside it is not."""
        for hit in self._number_hits(text, found):
            anchor = next((at for at in anchors(in_usual_words(text, self.names.own_words)) if at > hit.name_end), None)
            if anchor is not None:
                read = hit._replace(read=read_at(text, anchor, hit.sites))
                return self.make.choice(self._resolve(read, hit.sites), why.NAME_DIFFERS, "none")
        return None

    # ---- no place

    def _without_place(self, text: str, found: Found) -> Answer:
        """Answer with a community, its grid only where it has a single one; else say what is missing."""
        code = self.names.only_community(found.codes)
        if code in self.names.middle_of:
            grids = self.names.grids_of.get(code, [])
            answer = Answer(MATCHED, "community", community=code, grid=grids[0] if len(grids) == 1 else "")
            answer.lon, answer.lat = self.names.middle_of[code]
            behind = max((mention.end for mention in found.areas), default=0)
            unknown = any(anchor > behind + 1 for anchor in anchors(in_usual_words(text, self.names.own_words)))
            answer.reason = why.ESTATE_UNKNOWN if unknown else why.COMMUNITY_ONLY
            return self.make.scored(answer, "name/community")
        if found.numbers:
            return Answer(UNMATCHED, reason=why.NUMBER_UNKNOWN)
        return Answer(UNMATCHED, reason=why.ROAD_NO_NUMBER if found.roads else why.NO_PLACE)


def other_roads(found: Found, site: Site | None) -> str:
    """Return a site's own roads where the text names only others."""
    if not found.roads or site is None or not site.roads or found.road_names & site.roads:
        return ""
    return "、".join(sorted(site.roads))


def _said_numbers(found: Found) -> set[tuple[str, str]]:
    return {(number.mention.entry.road, number.number) for number in found.numbers}


def _confirmed(found: Found, one: Resolved) -> bool:
    """Tell whether the text also names the place's own road and house number."""
    return bool(found.numbers and one.site and _said_numbers(found) & one.site.numbers)


def _place(one: Resolved) -> tuple[object, ...]:
    """Return what a resolved place is, to tell two apart."""
    return one.dwelling, one.building, one.options, one.site
