"""Components used by several pages: the frame, states, numbers, the map."""
