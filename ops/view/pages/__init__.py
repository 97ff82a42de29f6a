"""The pages: each module has one, and the parts of it that are asked for by themselves."""
