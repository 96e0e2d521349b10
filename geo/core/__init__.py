"""Pure: arrays and frames in and out; no database, no clock, no global random."""
