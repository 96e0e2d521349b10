"""Places that can be chosen: of what the matcher leaves open, and of what is being typed."""

from __future__ import annotations

from geo.core.address import places
from geo.core.address.suggest import Suggester
from geo.service.addresses import Index
from tests.unit.test_geocode import A1, A2, REGISTER

SUGGESTER = Suggester(REGISTER.stock, REGISTER.matcher.names)


def tokens(text: str) -> list[str]:
    return [place.token for place in places.offered(REGISTER, REGISTER.matcher.match(text))]


def typed(text: str) -> list[str]:
    return [place.token for place in places.suggested(REGISTER, SUGGESTER.suggest(text))]


def test_an_answer_offers_its_candidates_itself_or_its_parts_by_grid() -> None:
    assert tokens("和平小区3栋1单元301") == ["dwelling:d1-301", "dwelling:d2-301"]
    assert tokens("青竹佳苑1栋1单元102") == ["dwelling:b1-102"]
    assert tokens("青竹佳苑") == [f"grid:{A1}", f"grid:{A2}"]
    assert tokens("花园一期B座") == ["building:e1"], "the register writes 一期, people write 1期 too"
    assert tokens("没有的地方") == []


def test_what_is_typed_offers_doors_buildings_and_the_parts_of_an_estate() -> None:
    assert typed("qzjy") == [f"grid:{A1}", f"grid:{A2}"]
    assert typed("青竹佳苑2") == ["building:b2"]
    assert typed("qzjy 1-1-102") == ["dwelling:b1-102"]
    assert typed("胜利路8号") == [f"grid:{A1}", f"grid:{A2}"]
    assert typed("纺织巷12") == ["building:r12"]
    part = places.suggested(REGISTER, SUGGESTER.suggest("胜利路8号"))[0]
    assert (part.estate, part.building, part.grid_code) == ("胜利路8号", "1栋", A1)


def test_the_index_knows_names_and_marks_them_as_the_register_and_people_write_them() -> None:
    index = Index.of(REGISTER)
    assert index.knows("花园一期")
    assert index.knows("棉纺厂宿舍")
    assert not index.knows("红砖楼")
    marked = [(part.text, part.kind) for part in index.marker.marks("胜利路8号花园一期A座,花园1期,青山社区")]
    assert [part for part in marked if part[1] in ("area", "road", "estate")] == [
        ("胜利路", "road"),
        ("花园一期", "estate"),
        ("花园1期", "estate"),
        ("青山社区", "area"),
    ]
    assert places.of_key(REGISTER, "e1-1003") == places.offered(REGISTER, REGISTER.matcher.match("花园一期"))[0]
    assert places.of_key(REGISTER, "nothing") is None
