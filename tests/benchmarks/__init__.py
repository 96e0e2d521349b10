"""Speed, measured side by side with peers; no test asserts a time."""
