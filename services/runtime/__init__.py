"""What every service runs on: log, consumer loop, database, outbox, settings, telemetry, web, clock, errors."""
