"""Many names looked up in a text at once.

Names are found by their first two characters in a dictionary, then by the lengths that begin so: on a city's names
and addresses of 25 characters quicker than an Aho-Corasick automaton (pyahocorasick), whose nodes keep their children
in a list, so that thousands of first characters are gone through at every character of the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
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
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._named:
            lengths[name[:2]].add(len(name))
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, T]]:
        """Yield start, end and value of the names in a text, in its order; a name inside a longer one is left out.

        Examples
        --------
        >>> [*Lookup({"亭苑": "x", "新亭苑": "y", "亭苑东": "z"}).find("新亭苑东,亭苑")]
        [(0, 3, 'y'), (1, 4, 'z'), (5, 7, 'x')]
        """
        heads, named = self._lengths, self._named
        reach, size = 0, len(text)
        begins = [*map(heads.get, map(add, text, text[1:]))]
        if not any(begins):
            return
        for start, lengths in enumerate(begins):
            if lengths is None:
                continue
            for length in lengths:
                end = start + length
                value = named.get(text[start:end]) if end <= size else None
                if value is not None:
                    if end > reach:
                        reach = end
                        yield start, end, value
                    break
