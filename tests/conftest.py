"""What every test may ask for: the real services of tests/real, started when first asked for."""

pytest_plugins = ["tests.real.postgres", "tests.real.valkey"]
