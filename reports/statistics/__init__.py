"""The statistics of this survey, each with its formula and source. Pure."""
