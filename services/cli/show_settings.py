"""`sitrep settings`: every setting, its value in force and what it is for; the table of docs/settings.md."""

from typing import Annotated

import orjson
import typer
from pydantic import SecretStr

from services.runtime.settings import Settings, env_name, load_settings


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def settings(
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object: name to value")] = False,
        as_markdown: Annotated[bool, typer.Option("--markdown", help="the page docs/settings.md")] = False,
    ) -> None:
        """Print the settings in force and what each is for. Secrets are not printed.

        \b
        Example:  SITREP_HOME=/var/lib/sitrep sitrep settings
        """
        if as_markdown:
            typer.echo(page(), nl=False)
            return
        values = {env_name(name): shown(name, value) for name, value in load_settings()}
        if as_json:
            typer.echo(orjson.dumps(values, option=orjson.OPT_INDENT_2))
            return
        width = max(map(len, values))
        for name, field in Settings.model_fields.items():
            typer.echo(
                f"{env_name(name):<{width}}  {values[env_name(name)] or '-'}\n{'':<{width}}  {field.description}"
            )


def shown(name: str, value: object) -> str | None:
    """The value as people may see it: addresses of databases may carry a password."""
    if value is None:
        return None
    return "(set)" if isinstance(value, SecretStr) or name == "database_url" else str(value)


def page() -> str:
    """docs/settings.md, generated from the class that reads them."""
    rows = [
        f"| `{env_name(name)}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([HEAD, *rows]) + "\n"


def _default(value: object) -> str:
    return "" if value is None or value == {} else f"`{value}`"


HEAD = """\
# Settings

Read once from the environment when a command starts. `sitrep settings` prints the values in force. This page is
generated: `sitrep settings --markdown > docs/settings.md`.

| name | default | what it is for |
|---|---|---|"""
