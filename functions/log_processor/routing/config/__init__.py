"""Read `routes.toml`: a table becomes a route, or is refused with its line."""
