"""The real services of the tests are what they say they are."""

import psycopg

from tests.real.postgres import NewDatabase, RealPostgres
from tests.real.valkey import RealRedis


def test_each_database_is_new_and_empty(new_postgres_database: NewDatabase) -> None:
    urls = [new_postgres_database(), new_postgres_database()]
    assert urls[0] != urls[1]

    for url in urls:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE shelf (title text)")


def test_postgres_listens_on_no_port(real_postgres: RealPostgres) -> None:
    with psycopg.connect(real_postgres.new_database().replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_valkey_and_redis_are_two_programs(valkey_server: RealRedis, redis_server: RealRedis) -> None:
    assert "valkey_version" in valkey_server.client().info()
    assert "valkey_version" not in redis_server.client().info()
