"""Raw records become fields: one module a format, in families; `registry` has their order."""
