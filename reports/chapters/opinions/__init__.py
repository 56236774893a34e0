"""The chapter on answers in people's own words."""
