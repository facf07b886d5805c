"""The command line: each command a file or two lines here, each error one line saying what to do. It holds no rule."""

import sys
from importlib import import_module

import click

from .. import __version__
from ..errors import AnyamError, ConfigError, StoreError

_COMMANDS = {
    "run": ("run", "Poll, make stories, publish and serve, in one process."),
    "serve": ("run", "Serve pages and feeds of the store, and poll nothing."),
    "schedule": ("run", "Poll, make stories and publish, and serve nothing."),
    "poll": ("poll", "Poll Sources once, make stories, publish what is settled, and end."),
    "check": ("check", "Check feeds.yaml, and with --online each Source's answer."),
    "sources": ("show", "List Sources as JSON, one a line."),
    "entries": ("show", "List Entries as JSON, one a line."),
    "stories": ("show", "List Stories as JSON, one a line."),
    "cluster": ("cluster", "Run articles of a file through the story engine."),
    "demo": ("demo", "Run Anyam on a newsroom that ships with it."),
}


class _Commands(click.Group):
    """Imports a command's module only when it is called: `anyam stories` needs no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{_COMMANDS[cmd_name][0]}", __name__), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="anyam")
def anyam() -> None:
    """Weave the feeds and pages of many news outlets into stories, and republish them as feeds."""


def main() -> None:
    """Run the command line; exits 0 done, 1 something failed, 2 wrong use or configuration."""
    try:
        sys.exit(anyam.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) has left; Python would complain once more on closing stdout.
        sys.stderr.close()
        sys.exit(0)
    except AnyamError as error:
        click.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, ConfigError | StoreError) else 1)
