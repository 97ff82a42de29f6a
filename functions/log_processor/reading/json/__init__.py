"""JSON documents are read as a stream: raw records of their elements, whatever their size."""
