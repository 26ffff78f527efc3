"""The `kesher` command. Each part is loaded only when it is asked for, so that no process carries the others."""

import sys

from cyclopts import App
from rich.console import Console

from services.runtime.errors import KesherError

app = App(name="kesher", help="Omnichannel customer profiles and live journeys from an event stream.")
app.command("services.run_process:run", name="run", help="Run everything on this machine.")
app.command("services.web_process:web", name="web", help="Serve HTTP for some services, or for all of them.")
app.command("services.work_process:work", name="work", help="Consume the log for one service.")
app.command("services.demo.process:demo", name="demo", help="Send the traffic of invented customers.")
app.command("services.ingest.bulk.command:import_", name="import", help="Import a CSV or JSON Lines file.")
app.command("services.journey.command:journeys", name="journeys", help="Check definitions, and try them on the past.")
app.command("services.journey.command:segments", name="segments", help="Check segments.")
app.command("services.ingest.keys:keys", name="keys", help="Make a key for a source.")


def main() -> None:
    """The entry point: an error of ours is shown to the person, without a traceback."""
    try:
        sys.exit(app())
    except KesherError as error:
        Console(stderr=True).print(f"[red]kesher:[/] {error}", highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
