"""Read `routes.toml`: make a route of each `[[route]]` table, or refuse it with the line of the mistake."""
