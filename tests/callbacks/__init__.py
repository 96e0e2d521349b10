"""Tests of callbacks through the test client."""
