"""The parts of a report, each computed from the frames and the words alone."""
