"""Formats that `routes.toml` defines: each becomes a `Format`, so that no other stage knows that it is none of ours."""
