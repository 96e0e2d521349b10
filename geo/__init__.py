"""The domain: knows nothing of files or screens (人-房-网格-图)."""
