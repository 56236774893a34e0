"""Everything on this machine, with simulated people: no token, no account, no other server."""
