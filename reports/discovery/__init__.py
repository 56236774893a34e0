"""Which candidates for a discovery area the evidence supports."""
