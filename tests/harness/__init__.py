"""What the tests stand on: a PostgreSQL and servers of their own, a client that hides nothing, tables of steps."""
