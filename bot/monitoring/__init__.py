"""Whether all is well, for machines that watch: checks, systemd, metrics. Nothing personal."""
