"""The directive ``{commands}``: what the command line offers, from its own parsers; there is no second list."""

import argparse

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from verify.commands.main import parser


class Commands(SphinxDirective):
    """A section for each command: what it does, what it takes."""

    def run(self):
        """Return the sections."""
        (subparsers,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
        says = {action.dest: action.help for action in subparsers._choices_actions}
        return [self._section(name, says[name], command) for name, command in subparsers.choices.items()]

    def _section(self, name, says, command):
        title = f"vae-verify {name}"
        section = nodes.section(ids=[nodes.make_id(title)], names=[nodes.fully_normalize_name(title)])
        self.state.document.note_explicit_target(section)
        usage = command.format_usage().removeprefix("usage: ").replace("\n       ", "\n").rstrip()
        section += [nodes.title("", title), nodes.paragraph("", f"{says[0].upper()}{says[1:]}.")]
        section += nodes.literal_block("", usage, language="text")
        section += _table([action for action in command._actions if action.dest != "help"])
        if command.epilog:
            section += nodes.paragraph("", command.epilog)
        return section


def _table(actions):
    table, group = nodes.table(), nodes.tgroup(cols=2)
    table += group
    body = nodes.tbody()
    group += [nodes.colspec(colwidth=30), nodes.colspec(colwidth=70), body]
    for action in actions:
        row = nodes.row()
        row += nodes.entry("", nodes.paragraph("", "", nodes.literal("", _spelt(action))))
        row += nodes.entry("", nodes.paragraph("", (action.help or "") % vars(action)))
        body += row
    return table


def _spelt(action):
    shown = action.metavar or ("{" + ",".join(action.choices) + "}" if action.choices else "")
    return " ".join([*action.option_strings[-1:], shown]).strip()


def setup(app):
    """Offer the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
