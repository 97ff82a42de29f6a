"""A local AWS: moto's services behind one loopback port, with deployed functions that really run."""
