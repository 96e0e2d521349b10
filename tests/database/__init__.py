"""Tests on a real PostGIS."""
