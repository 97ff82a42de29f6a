"""Store the records of a cell of the object as packs: compressed, many in one item."""
