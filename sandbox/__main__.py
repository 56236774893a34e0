"""`python -m sandbox`: a local Bot API with its chat page, for this machine only."""

from __future__ import annotations

from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from pathlib import Path

from sandbox.server import TOKEN, USERNAME, run_server


def main() -> None:
    """Read the command line and serve."""
    parser = ArgumentParser("sandbox", __doc__, formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--port", type=int, default=8081, help="port on 127.0.0.1")
    parser.add_argument("--data", type=Path, help="file that outlives a restart")
    parser.add_argument("--token", default=TOKEN, help="the bot's token, <id>:<secret>")
    parser.add_argument("--username", default=USERNAME, help="the bot's username")
    parser.add_argument(
        "--attached",
        action="store_true",
        help="say “ready” on stdout, and end when stdin closes: whoever started us has gone",
    )
    options = parser.parse_args()
    run_server(options.token, options.username, options.data, options.port, options.attached)


if __name__ == "__main__":
    main()
