"""Use cases: the door the dashboard and the loaders go through; every call of the dashboard names its viewer."""
