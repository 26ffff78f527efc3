"""One real Apache Kafka on loopback, without a container engine: `python -m deploy.kafka.local_kafka --help`.

Needs Java 17 and, the first time, Maven, which fetches the jars into `deploy/kafka/target`.
"""

import fcntl
import shutil
import signal
import socket
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from services.runtime.embedded.ports import LOOPBACK, free_port
from services.runtime.embedded.process import launch_command

HERE = Path(__file__).parent
TARGET = HERE / "target"
CLUSTER_ID = "a2VzaGVyLWxvY2FsLWthZg"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.05
STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=BROKER://{host}:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={logs}
num.partitions=4
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
"""
JAVA_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",  # two cores and a small heap
    "-XX:TieredStopAtLevel=1",  # starts sooner
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)

app = App(help=__doc__)


class KafkaFailed(Exception):
    """The jars could not be fetched, or the server did not start; the message ends with what it wrote."""


def missing_tool() -> str | None:
    """What this machine lacks to run Kafka, if anything."""
    needed = ("java",) if _jars().exists() else ("java", "mvn")
    return next((tool for tool in needed if shutil.which(tool) is None), None)


def fetch_jars() -> Path:
    """The folder of the server's jars, fetched when the pom has changed. Raises KafkaFailed."""
    TARGET.mkdir(exist_ok=True)
    with (TARGET / "fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may want them at once
        jars = _jars()
        if not jars.exists():
            new = jars.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            command = ("mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies")
            _run(*command, "-DincludeScope=runtime", f"-DoutputDirectory={new}")
            new.rename(jars)
        return jars


class KafkaServer:
    """A combined broker and controller whose files lie in `folder`; the same ports and data at every start."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self._folder = folder
        self._port = port or free_port()
        self._controller_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to."""
        return f"{LOOPBACK}:{self._port}"

    def start(self) -> None:
        """Returns when clients can connect. Raises KafkaFailed."""
        properties = self._folder / "server.properties"
        if not properties.exists():
            self._format(properties)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own command
                launch_command(self._java("kafka.Kafka", str(properties)), None, signal.SIGKILL),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_listening()

    def stop(self) -> None:
        """A clean shutdown."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As if the machine had failed: nothing is written any more."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """A clean shutdown and a start."""
        self.stop()
        self.start()

    @property
    def _log(self) -> Path:
        return self._folder / "kafka.log"

    def _format(self, properties: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        text = PROPERTIES.format(
            host=LOOPBACK, port=self._port, controller_port=self._controller_port, logs=self._folder / "data"
        )
        new = properties.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        _run(*self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(new)))
        new.rename(properties)

    def _java(self, *arguments: str) -> tuple[str, ...]:
        return ("java", *JAVA_OPTIONS, "-cp", f"{fetch_jars()}/*", *arguments)

    def _wait_until_listening(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(self._port):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise KafkaFailed(f"Kafka did not start:\n{self._log.read_text(encoding='utf-8')[-4000:]}")
            time.sleep(POLL_SECONDS)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _jars() -> Path:
    version = sha256((HERE / "pom.xml").read_bytes()).hexdigest()[:12]
    return TARGET / f"jars-{version}"


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # noqa: S603  our own
    if done.returncode:
        raise KafkaFailed(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')[-4000:]}")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


@app.default
def run(
    *,
    port: int = 9092,
    folder: Annotated[Path, Parameter(env_var="KESHER_KAFKA_DIR")] = TARGET / "local",
) -> None:
    """Run until Ctrl-C; messages are kept in the folder."""
    console = Console()
    server = KafkaServer(folder.resolve(), port)
    server.start()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # only now, or Kafka would inherit it
    console.print(f"Apache Kafka listens on {server.bootstrap_servers}; its files are in {folder}. Ctrl-C stops it.")
    try:
        signal.sigwait(STOP_SIGNALS)
    finally:
        server.stop()


if __name__ == "__main__":
    if tool := missing_tool():
        sys.exit(f"{tool} is not installed; `make system` installs it")
    app()
