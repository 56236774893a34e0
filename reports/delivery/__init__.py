"""Which report goes where and when, neither lost nor doubled."""
