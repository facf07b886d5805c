"""The command line: each command a file or two lines here, each error one line saying what to do. It holds no rule."""

import os
import sys
from importlib import import_module
from keyword import iskeyword

import click

from .. import __version__
from ..errors import AnyamError, ConfigError, StoreError

_COMMANDS = {
    "run": ("run", "Poll, make stories, publish and serve, in one process."),
    "serve": ("run", "Serve pages and feeds of the store, and poll nothing."),
    "schedule": ("run", "Poll, make stories and publish, and serve nothing."),
    "poll": ("poll", "Poll Sources once, make stories, publish what is settled, and end."),
    "check": ("check", "Check feeds.yaml, and with --online each Source's answer."),
    "add": ("add", "Find the feeds behind an address, and add one to feeds.yaml."),
    "import": ("opml", "Add the Sources of an OPML list to feeds.yaml."),
    "opml": ("opml", "Write the Sources as OPML."),
    "sources": ("show", "List Sources as JSON, one a line."),
    "entries": ("show", "List Entries as JSON, one a line."),
    "stories": ("show", "List Stories as JSON, one a line."),
    "cluster": ("cluster", "Run articles of a file through the story engine."),
    "explain": ("explain", "Say why two Entries are together or apart."),
    "edit": ("edit", "Apply what editors decide, from a file."),
    "demo": ("demo", "Run Anyam on a newsroom that ships with it."),
}


class _Commands(click.Group):
    """Imports a command's module only when it is called: `anyam stories` needs no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{_COMMANDS[cmd_name][0]}", __name__)
        command: click.Command = getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
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
    for stream in (sys.stdout, sys.stderr):
        # JSON is UTF-8 whatever the locale says; an undecodable byte of a file's name is no reason to fail.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        sys.exit(_run(sys.argv[1:]))
    except click.ClickException as error:
        click.echo(_line(error), err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) has left. What is still buffered for it must not fail on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except AnyamError as error:
        click.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, ConfigError | StoreError) else 1)


def _run(arguments: list[str]) -> int:
    # Not anyam.main(), which ends with 1 where the reader of our output has left.
    try:
        with anyam.make_context("anyam", arguments) as context:
            return anyam.invoke(context) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code


def _line(error: click.ClickException) -> str:
    """Word wrong use in one line; no command at all is answered with all of them."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    words = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    return f"{words} `{context.command_path} --help` says how." if context else words
