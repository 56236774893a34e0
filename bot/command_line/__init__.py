"""The command `suara` and its subcommands."""
