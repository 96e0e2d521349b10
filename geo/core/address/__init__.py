"""Chinese addresses as text: one spelling (normalise) and their parts (parse). Nothing here knows a city's register."""
