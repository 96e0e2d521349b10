"""Many names looked up in a text at once.

Names are found by their first two characters in a dictionary, then by the third and the lengths that begin so: on a
city's names and addresses of 25 characters quicker than an Aho-Corasick automaton (pyahocorasick), whose nodes keep
their children in a list, so that thousands of first characters are gone through at every character of the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from operator import add
from typing import Generic, TypeVar

T = TypeVar("T")


class Lookup(Generic[T]):
    """Finds names in texts.

    Parameters
    ----------
    named : what each name stands for; names of a single character are left out.
    """

    def __init__(self, named: Mapping[str, T]) -> None:
        self._named = {name: value for name, value in named.items() if len(name) > 1}
        lengths: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for name in self._named:
            lengths[name[:2]][name[2:3]].add(len(name))
        self._lengths = {
            head: {third: (*sorted(found | then.get("", set()), reverse=True),) for third, found in then.items()}
            for head, then in lengths.items()
        }
        self._inside = frozenset(name[at : at + 3] for name in self._named for at in range(len(name) - 1))

    def parts(self, text: str, at: int) -> bool:
        """Tell whether no name can reach across a position: none holds the characters on both its sides.

        Examples
        --------
        >>> phases = Lookup({"亭苑": "x", "亭苑1期": "y", "亭苑2": "z"})
        >>> phases.parts("亭苑1栋", 2), phases.parts("亭苑1期", 2), phases.parts("亭苑2栋", 2)
        (True, False, False)
        """
        return text[at - 1 : at + 2] not in self._inside and text[at - 1 : at + 1] not in self._inside

    def find(self, text: str) -> list[tuple[int, int, T]]:
        """Return start, end and value of the names in a text, in its order; a name inside a longer one is left out.

        Examples
        --------
        >>> Lookup({"亭苑": "x", "新亭苑": "y", "亭苑东": "z"}).find("新亭苑东,亭苑")
        [(0, 3, 'y'), (1, 4, 'z'), (5, 7, 'x')]
        """
        named, found, reach, size = self._named, [], 0, len(text)
        begins = map(self._lengths.get, map(add, text, text[1:]))
        for start, then in enumerate(begins):
            if then is None:
                continue
            lengths = then.get(text[start + 2 : start + 3]) or then.get("", ())
            for length in lengths:
                end = start + length
                value = named.get(text[start:end]) if end <= size else None
                if value is not None:
                    if end > reach:
                        reach = end
                        found.append((start, end, value))
                    break
        return found
