"""What machines that watch are told."""
